// Sends changes one after another, each with the version it was made on, and puts the fresh fields in place.

import { post, toast } from "./api.js";

export function makeSaving(root, panel, { refreshed }) {
  const words = JSON.parse(root.dataset.words);
  const done = [];
  let line = Promise.resolve();
  let waiting = 0;

  const box = (path) => panel.querySelector(`.field[data-path="${CSS.escape(path)}"] .value`);
  const version = () => root.querySelector('input[name="version"]').value;
  // What the server last said the field holds.
  const original = (element) => element.tagName === "SELECT"
    ? [...element.options].find((option) => option.defaultSelected)?.value ?? "" : element.defaultValue;

  function inLine(action, fields, undone) {
    waiting += 1;
    line = line.catch(() => {}).then(() => send(action(), fields, undone)).finally(() => { waiting -= 1; });
    return line;
  }

  function save(path, fields, { undoing = false } = {}) {
    const before = box(path) ? original(box(path)) : "";
    return inLine(() => root.querySelector(".field, [data-add]").action, { ...fields, path }, undoing ? "undone" : { path, before });
  }

  // Another order of owners or parcels has no single value to go back to: it is changed back by its own buttons.
  const arrange = (action, fields) => inLine(() => action, fields, { path: "" });

  async function send(action, fields, undone) {
    try {
      const answer = await post(action, { ...fields, version: version() });
      if (undone !== "undone" && undone.path) done.push(undone);
      put(answer);
      const also = answer.changed?.length ? ` ${words.alsoChanged.replace("{what}", answer.changed[0])}` : "";
      toast((undone === "undone" ? words.undone : words.saved) + (also && `.${also}`));
      return true;
    } catch (error) {
      if (!("code" in error)) throw error;
      refuse(error);
      return false;
    }
  }

  function put(answer) {
    const typing = document.activeElement?.matches?.(".field .value") ? document.activeElement : null;
    const kept = typing && changed(typing) ? { path: typing.closest(".field").dataset.path, value: typing.value } : null;
    const scroll = panel.scrollTop;
    panel.innerHTML = answer.html;
    for (const input of root.querySelectorAll('.tools input[name="version"]')) input.value = answer.version;
    panel.scrollTop = scroll;
    // A letter typed while the answer was on its way is not lost.
    if (kept && box(kept.path)) { box(kept.path).value = kept.value; box(kept.path).focus(); }
    refreshed();
  }

  function refuse(error) {
    const dialog = root.parentElement.querySelector("[data-conflict]");
    if (error.status === 409 && dialog) {
      dialog.querySelector("h2").textContent = error.message;
      dialog.querySelector("p").textContent = error.advice;
      dialog.querySelector("[data-reload]").onclick = () => location.reload();
      if (!dialog.open) dialog.showModal();
    } else toast(`${error.message} ${error.advice}`, { bad: true });
  }

  function changed(element) {
    return Boolean(element?.matches?.(".field .value")) && element.value !== original(element);
  }

  function revert(element) {
    element.value = original(element);
  }

  async function undo() {
    const last = done.pop();
    if (!last) { toast(words.nothingToUndo); return ""; }
    await save(last.path, { value: last.before, why: "undo" }, { undoing: true });
    return last.path;
  }

  return { save, arrange, undo, revert, refuse, changed, busy: () => waiting > 0, settled: () => line };
}
