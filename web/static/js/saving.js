// Sends changes one after another, each with the version it was made on, and puts the fresh fields in place.

import { post, toast } from "./api.js";

// count() is told whenever a value leaves for the server, or its answer is there.
export function makeSaving(root, panel, { refreshed, count }) {
  const words = JSON.parse(root.dataset.words);
  const done = [];
  let line = Promise.resolve();
  let waiting = 0;
  // The values that are being sent, by path.
  const onTheWay = new Map();
  let composing = false;
  for (const name of ["compositionstart", "compositionend"]) panel.addEventListener(name, () => { composing = name === "compositionstart"; });

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
    const mine = { value: fields.value };
    onTheWay.set(path, mine);
    count();
    return inLine(() => root.querySelector(".field, [data-add]").action, { ...fields, path }, undoing ? "undone" : { path, before })
      .finally(() => { if (onTheWay.get(path) === mine) onTheWay.delete(path); count(); });
  }

  // Another order of owners or parcels has no single value to go back to: it is changed back by its own buttons.
  const arrange = (action, fields) => inLine(() => action, fields, { path: "" });

  async function send(action, fields, undone) {
    try {
      const answer = await post(action, { ...fields, version: version() });
      if (undone !== "undone" && undone.path) done.push(undone);
      // A letter that an input method still composes stands in the box that would be replaced.
      if (composing) await new Promise((resolve) => { panel.addEventListener("compositionend", () => setTimeout(resolve), { once: true }); });
      put(answer, fields.path);
      const also = answer.changed?.length ? ` ${words.alsoChanged.replace("{what}", answer.changed[0])}` : "";
      toast((undone === "undone" ? words.undone : words.saved) + (also && `.${also}`));
      return true;
    } catch (error) {
      if (!("code" in error)) throw error;
      refuse(error);
      return false;
    }
  }

  function put(answer, saved) {
    const typing = document.activeElement?.matches?.(".field .value") ? document.activeElement : null;
    const kept = typing && { path: typing.closest(".field").dataset.path, value: changed(typing) ? typing.value : null,
      caret: typing.setSelectionRange && [typing.selectionStart, typing.selectionEnd] };
    const scroll = panel.scrollTop;
    panel.innerHTML = answer.html;
    for (const input of root.querySelectorAll('.tools input[name="version"]')) input.value = answer.version;
    panel.scrollTop = scroll;
    for (const [path, { value }] of onTheWay) if (path !== saved && box(path) && value !== undefined) box(path).value = value;
    // A letter typed while the answer was on its way is not lost, nor is the place of the caret.
    const again = kept && box(kept.path);
    if (again) {
      if (kept.value !== null) again.value = kept.value;
      again.focus();
      if (kept.caret) again.setSelectionRange(...kept.caret);
    }
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
    await line.catch(() => {});
    const last = done.pop();
    if (!last) { toast(words.nothingToUndo); return ""; }
    await save(last.path, { value: last.before, why: "undo" }, { undoing: true });
    return last.path;
  }

  return { save, arrange, undo, revert, refuse, changed, busy: () => waiting > 0, isOnTheWay: (path) => onTheWay.has(path), settled: () => line };
}
