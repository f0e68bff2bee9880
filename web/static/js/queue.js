// The queue by keyboard: one key starts with the oldest record.

import { listen } from "./shortcuts.js";

export function attach(section) {
  const start = section.querySelector("[data-start]");
  listen(document, { Enter: () => start?.click(), s: () => start?.click() });
}
