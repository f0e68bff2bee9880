// The reviewer's station: one field is current, the scan shows its place, and keys do the rest.

import { makeApproval } from "./approval.js";
import { showCrop } from "./crop.js";
import { fieldAt, takeWord } from "./picking.js";
import { makeSaving } from "./saving.js";
import { isTyping, listen } from "./shortcuts.js";
import { makeViewer } from "./viewer.js";

export function attach(root) {
  const panel = root.querySelector("[data-fields]");
  const viewer = makeViewer(root.querySelector("[data-viewer]"), { onPick });
  const editable = Boolean(root.dataset.editable);
  const saving = makeSaving(root, panel, { refreshed });
  const approval = makeApproval(root, { saving, doubtful, moveTo });
  const words = JSON.parse(root.dataset.words);
  let current = "";

  const all = () => [...panel.querySelectorAll(".field")];
  const row = () => all().find((field) => field.dataset.path === current);
  const input = (field) => field?.querySelector(".value");
  function doubtful() { return all().filter((field) => "doubtful" in field.dataset); }

  function moveTo(field, { focus = true } = {}) {
    for (const other of panel.querySelectorAll(".field.current")) other.classList.remove("current");
    current = field?.dataset.path ?? "";
    if (!field) { approval.focus(); viewer.lookAt(""); viewer.fit(); return; }
    field.classList.add("current");
    if (focus) field.focus({ preventScroll: true });
    showCrop(field, viewer.boxOf(current));
    field.scrollIntoView({ block: "nearest" });
    if (!viewer.lookAt(current)) viewer.fit();
  }

  function step(by, among = all()) {
    const fields = all();
    const place = fields.indexOf(row());
    const wanted = by > 0 ? among.find((field) => fields.indexOf(field) > place) : among.findLast((field) => fields.indexOf(field) < place);
    moveTo(wanted ?? (by > 0 ? undefined : among.at(-1)));
  }
  const nextDoubtful = () => step(1, doubtful());

  function onPick(figure, x, y) {
    const box = input(row());
    if (editable && box?.setRangeText && document.activeElement === box) { takeWord(box, figure, x, y); return; }
    const path = fieldAt(figure, x, y);
    if (path) moveTo(all().find((field) => field.dataset.path === path));
  }

  // The panel came anew from the server: forms are prepared, and the place is kept.
  function refreshed({ keep = true } = {}) {
    for (const field of all()) {
      if (input(field)) input(field).tabIndex = -1;
      field.tabIndex = 0;
    }
    viewer.mark(doubtful().map((field) => field.dataset.path));
    const left = root.querySelector("[data-left]");
    if (left) {
      const count = doubtful().length;
      left.textContent = count ? words.left.replace("{n}", count) : words.clear;
      left.classList.toggle("none", !count);
    }
    if (keep && current && row()) moveTo(row(), { focus: document.activeElement === document.body });
  }

  async function settle(field, fields) {
    const path = field.dataset.path;
    const from = all().indexOf(field);
    if (!await saving.save(path, fields)) return;
    const later = all().find((other, place) => place > from && "doubtful" in other.dataset) ?? doubtful()[0];
    moveTo(later);
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
    if (field && field.dataset.path !== current) moveTo(field, { focus: false });
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-edit]")) edit();
    else if (event.target.closest(".field > label, .sure")) event.target.closest(".field").focus();
  });
  panel.addEventListener("submit", (event) => {
    const field = event.target.closest(".field");
    if (!field) return;
    event.preventDefault();
    const chosen = event.submitter?.dataset.choice ? event.submitter.value : input(field).value;
    settle(field, { value: chosen });
  });
  panel.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".field .value") || event.isComposing || event.keyCode === 229) return;
    const field = event.target.closest(".field");
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); settle(field, { value: event.target.value }); }
    if (event.key === "Escape") { event.preventDefault(); saving.revert(event.target); field.focus(); }
  });
  // What was typed and left is saved where it was left; nobody has to remember it.
  panel.addEventListener("focusout", (event) => {
    const box = event.target;
    const field = box.closest(".field");
    if (!box.isConnected || !saving.changed(box) || saving.busy() || field?.contains(event.relatedTarget)) return;
    saving.save(field.dataset.path, { value: box.value });
  });

  const keys = {
    ArrowDown: () => step(1), j: () => step(1), ArrowUp: () => step(-1), k: () => step(-1),
    n: nextDoubtful, p: () => step(-1, doubtful()),
    a: accept, " ": accept, e: edit, Enter: edit, F2: edit, u: () => saving.undo().then((path) => path && moveTo(all().find((field) => field.dataset.path === path))),
    "+": viewer.zoomIn, "=": viewer.zoomIn, "-": viewer.zoomOut, 0: viewer.fit, r: viewer.rotate, f: viewer.nextFace,
    d: approval.approve, t: approval.askReturn, h: () => root.querySelector("[data-history]").click(), "?": approval.help,
  };
  for (const digit of [1, 2, 3, 4]) keys[digit] = () => choose(digit);
  listen(document, keys, { active: () => !document.querySelector("dialog[open]") });
  addEventListener("beforeunload", (event) => { if (saving.busy() || (isTyping({ target: document.activeElement }) && saving.changed(document.activeElement))) event.preventDefault(); });

  panel.classList.add("enhanced");
  refreshed({ keep: false });
  if (editable) moveTo(doubtful()[0]);
}
