// The reviewer's station: one field is current, the scan shows its place, and keys do the rest.

import { makeApproval } from "./approval.js";
import { makeArranging } from "./arranging.js";
import { showCrop } from "./crop.js";
import { holdRecord } from "./desk.js";
import { makeDialogs } from "./dialogs.js";
import { makeEditing } from "./editing.js";
import { makeGrowing } from "./growing.js";
import { prepareNext } from "./next-record.js";
import { fieldAt, insert, takeWord } from "./picking.js";
import { makeRereading } from "./rereading.js";
import { makeReveal } from "./reveal.js";
import { makeSaving } from "./saving.js";
import { listen } from "./shortcuts.js";
import { stationKeys } from "./station-keys.js";
import { makeSuggest } from "./suggest.js";
import { makeViewer } from "./viewer.js";
import { makeWordKeys } from "./word-keys.js";

export function attach(root, { signal: outer }) {
  const life = new AbortController();
  const signal = AbortSignal.any([outer, life.signal]);
  root.addEventListener("sohoa:leave", () => life.abort());
  const panel = root.querySelector("[data-fields]");
  const viewer = makeViewer(root.querySelector("[data-viewer]"), { onPick });
  const editable = Boolean(root.dataset.editable);
  const words = JSON.parse(root.dataset.words);
  const saving = makeSaving(root, panel, { refreshed, count });
  const next = editable ? prepareNext(root, { signal }) : null;
  const approval = makeApproval(root, { saving, doubtful, moveTo, next });
  const dialogs = makeDialogs(root.parentElement, { signal });
  const grow = makeGrowing(panel, { signal });
  let current = "";

  const all = () => [...panel.querySelectorAll(".field")];
  const row = () => all().find((field) => field.dataset.path === current);
  const input = (field) => field?.querySelector(".value");
  const byPath = (path) => all().find((field) => field.dataset.path === path);
  // What is on its way to the server is settled already, for the person.
  function doubtful() { return all().filter((field) => "doubtful" in field.dataset && !saving.isOnTheWay(field.dataset.path)); }

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

  function onPick(figure, x, y) {
    const box = input(row());
    if (editable && box?.setRangeText && document.activeElement === box) { takeWord(box, figure, x, y); return; }
    const path = fieldAt(figure, x, y);
    if (path) moveTo(byPath(path));
  }

  // Words from the scan by keyboard: into what is being typed, or in place of the whole value.
  function pickWords() {
    const box = input(row());
    if (!editable || !box?.setRangeText) return;
    const typing = document.activeElement === box;
    pick({
      near: rereading.near(),
      take: (text) => { box.focus(); if (!typing) box.select(); insert(box, text); },
      leave: () => (typing ? box : row()).focus(),
    });
  }

  // The panel came anew from the server: forms are prepared, and the place is kept.
  function refreshed({ keep = true } = {}) {
    for (const field of all()) {
      if (input(field)) input(field).tabIndex = -1;
      field.tabIndex = 0;
    }
    grow();
    count();
    if (keep && current && row()) moveTo(row(), { focus: document.activeElement === document.body });
  }

  function count() {
    viewer.mark(doubtful().map((field) => field.dataset.path));
    for (const field of all()) field.classList.toggle("on-the-way", saving.isOnTheWay(field.dataset.path));
    const left = root.querySelector("[data-left]");
    if (left) {
      const many = doubtful().length;
      left.textContent = many ? words.left.replace("{n}", many) : words.clear;
      left.classList.toggle("none", !many);
    }
  }

  async function move(how) {
    if (!row() || !editable) return;
    const path = await arranging.move(row(), how);
    if (path) moveTo(byPath(path));
  }

  function add() {
    const details = panel.querySelector("[data-add-details]");
    if (!details) return;
    details.open = true;
    // Beside an owner or a parcel the next one is meant; elsewhere the list is asked.
    const group = current.split(".")[0];
    const further = [...details.querySelectorAll("option")].findLast(({ value }) => value.startsWith(`${group}.`)
      && (value.endsWith(".full_name") || value.endsWith(".parcel_number")));
    if (further) further.selected = true;
    details.querySelector(further ? "input:not([type=hidden])" : "select").focus();
    details.scrollIntoView({ block: "nearest" });
  }

  const editing = makeEditing(panel, { saving, editable, row, input, all, doubtful, moveTo, pickWords, signal });
  const arranging = makeArranging(root, panel, { saving, signal });
  const pick = makeWordKeys(viewer, { words, signal });
  makeReveal(panel, { signal });
  let rereading = null;
  if (editable) {
    rereading = makeRereading(root, viewer, { row, refuse: saving.refuse, words, signal });
    makeSuggest(root, panel, { signal });
    holdRecord(root, { signal, lost: saving.refuse });
  }
  const keys = {
    ArrowDown: () => step(1), j: () => step(1), ArrowUp: () => step(-1), k: () => step(-1),
    n: () => step(1, doubtful()), p: () => step(-1, doubtful()), ...editing.keys, ...stationKeys(root, { viewer, approval, dialogs, panel }),
    u: () => saving.undo().then((path) => path && moveTo(byPath(path))), b: () => rereading?.field(), v: () => rereading?.place(), w: pickWords,
    "[": () => move("up"), "]": () => move("down"), x: () => editable && arranging.remove(row()), i: add,
    m: () => row()?.querySelector("[data-reveal]")?.click(),
  };
  listen(document, keys, { active: () => !document.querySelector("dialog[open]"), signal });

  panel.classList.add("enhanced");
  refreshed({ keep: false });
  if (editable) moveTo(doubtful()[0]);
}
