// The queue by keyboard: one key starts with the record that is due first; others choose a record, a tab, a filter.

import { listen } from "./shortcuts.js";

export function attach(section, { signal }) {
  const links = [...section.querySelectorAll("tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
  const help = section.querySelector("[data-help-dialog]");
  const press = (selector) => () => section.querySelector(selector)?.click();

  function step(by) {
    const here = links.indexOf(document.activeElement);
    const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
  const keys = {
    Enter: press("[data-start]"), s: press("[data-start]"),
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    l: () => section.querySelector("[data-filters] :is(select, input)")?.focus(),
    ArrowLeft: press("[rel=prev]"), ArrowRight: press("[rel=next]"), "?": () => help.showModal(),
  };
  section.querySelectorAll(".tabs a").forEach((tab, place) => { keys[place + 1] = () => tab.click(); });
  const helper = section.querySelector("[data-help]");
  helper.hidden = false;
  helper.addEventListener("click", () => help.showModal(), { signal });
  listen(document, keys, { active: () => !help.open, signal });
}
