// Escape goes back to where the page's «back» link leads.

import { listen } from "./shortcuts.js";

export function attach(link, { signal }) {
  listen(document, { Escape: () => link.click() }, { active: () => !document.querySelector("dialog[open]"), signal });
}
