// The queue by keyboard: one key starts with the record that is due first.

import { listen } from "./shortcuts.js";

export function attach(section, { signal }) {
  const start = section.querySelector("[data-start]");
  listen(document, { Enter: () => start?.click(), s: () => start?.click() }, { signal });
}
