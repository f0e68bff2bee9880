// Settling a field: accepting it, choosing what is offered by its digit, typing. A letter typed is never lost.

import { isTyping } from "./shortcuts.js";

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export function makeEditing(panel, { saving, editable, row, input, all, doubtful, moveTo, pickWords, signal }) {
  // Goes on at once: the next key is meant for the next field, however long the line takes.
  async function settle(field, fields) {
    const path = field.dataset.path;
    const from = all().indexOf(field);
    const sent = saving.save(path, fields);
    moveTo(doubtful().find((other) => all().indexOf(other) > from) ?? doubtful()[0]);
    if (!await sent) moveTo(all().find((other) => other.dataset.path === path));
    else if (!row() && doubtful().length) moveTo(doubtful()[0]); // What was settled may have made something else doubtful.
  }
  const accept = () => row() && editable && settle(row(), { value: input(row()).value });
  const choose = (key) => {
    const button = row()?.querySelector(`[data-choice="${key}"]`);
    if (button && editable) settle(row(), { value: button.value });
  };

  function edit() {
    const box = input(row());
    if (!box || !editable) return;
    box.focus();
    if (box.select) box.setSelectionRange(...firstDifference(row(), box.value));
  }

  // Where the readers differ first is where the wrong letter most likely is: the caret waits there.
  function firstDifference(field, text) {
    const marked = field.querySelector(".choices mark");
    const at = marked ? text.indexOf(marked.textContent) : -1;
    return marked && at >= 0 && text.split(marked.textContent).length === 2 ? [at, at + marked.textContent.length] : [text.length, text.length];
  }

  panel.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field");
    if (field && field !== row()) moveTo(field, { focus: false });
  }, { signal });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-edit]")) edit();
    else if (event.target.closest(".field > label, .sure") && !event.target.closest("button")) event.target.closest(".field").focus();
  }, { signal });
  async function addField(form) {
    const path = form.elements.path.value;
    if (await saving.save(path, { value: form.elements.value.value })) moveTo(all().find((field) => field.dataset.path === path));
  }

  panel.addEventListener("submit", (event) => {
    if (event.target.matches("[data-add]")) { event.preventDefault(); addField(event.target); return; }
    const field = event.target.closest(".field");
    if (!field || event.defaultPrevented) return;
    event.preventDefault();
    if (!editable) return;
    const chosen = event.submitter?.dataset.choice ? event.submitter.value : input(field).value;
    settle(field, { value: chosen });
  }, { signal });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("[data-add]")) {
      event.target.closest("details").open = false;
      row()?.focus();
    }
    if (!event.target.matches?.(".field .value") || event.isComposing || event.keyCode === 229) return;
    const field = event.target.closest(".field");
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); if (editable) settle(field, { value: event.target.value }); }
    if (event.key === "F4") { event.preventDefault(); pickWords(); }
    if (event.key === "Escape") { event.preventDefault(); saving.revert(event.target); field.focus(); }
  }, { signal });
  // What was typed and left is saved where it was left; nobody has to remember it.
  panel.addEventListener("focusout", (event) => {
    const box = event.target;
    const field = box.closest(".field");
    if (!box.isConnected || !saving.changed(box) || field?.contains(event.relatedTarget) || saving.isOnTheWay(field.dataset.path)) return;
    saving.save(field.dataset.path, { value: box.value });
  }, { signal });
  addEventListener("beforeunload", (event) => {
    if (saving.busy() || (isTyping({ target: document.activeElement }) && saving.changed(document.activeElement))) event.preventDefault();
  }, { signal });

  const keys = { a: accept, " ": accept, e: edit, Enter: edit, F2: edit };
  for (const digit of DIGITS) keys[digit] = () => choose(digit);
  return { keys };
}
