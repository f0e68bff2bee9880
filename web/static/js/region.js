// Reads a region of the scan again: a box drawn with Shift held (or after the button), or the box of the current field.

import { post } from "./api.js";
import { drawOver, place } from "./marking.js";

const LEAST_PX = 8;

// onBox(figure, box) is told of a box drawn by hand, in pixels of the face.
export function makeRegion(root, viewer, { onBox, signal }) {
  const stage = root.querySelector(".stage");
  const toggle = root.querySelector("[data-region]");
  let drawing = null;

  const wanted = (event) => event.shiftKey || toggle?.getAttribute("aria-pressed") === "true";
  const boxOf = ({ from, to }) => ({
    left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), right: Math.max(from.x, to.x), bottom: Math.max(from.y, to.y),
  });

  toggle?.addEventListener("click", () => toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true")));
  const options = { capture: true, signal };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !wanted(event) || viewer.isTurned()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const at = viewer.onFace(event);
    const rect = drawOver(viewer.figure(), "drawn");
    stage.setPointerCapture(event.pointerId);
    drawing = { from: at, to: at, rect };
  }, options);
  stage.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    event.stopImmediatePropagation();
    drawing.to = viewer.onFace(event);
    place(drawing.rect, boxOf(drawing));
  }, options);
  for (const name of ["pointerup", "pointercancel"]) {
    stage.addEventListener(name, (event) => {
      if (!drawing) return;
      event.stopImmediatePropagation();
      const box = boxOf(drawing);
      drawing.rect.remove();
      drawing = null;
      toggle?.setAttribute("aria-pressed", "false");
      if (name === "pointerup" && box.right - box.left > LEAST_PX && box.bottom - box.top > LEAST_PX) onBox(viewer.figure(), box);
    }, options);
  }
}

// What the readers read in the box; throws Refused.
export async function readAgain(url, figure, box, path) {
  const edges = Object.fromEntries(Object.entries(box).map(([name, value]) => [name, Math.max(0, Math.round(value))]));
  return (await post(url, { face: figure.dataset.index, path, ...edges })).choices;
}

// Offers what was read beside the other choices of the field, each with the next free digit.
export function offer(field, choices, source) {
  const list = field.querySelector("[data-choices]");
  for (const old of list.querySelectorAll("[data-reread]")) old.closest("li").remove();
  const there = new Set([...list.querySelectorAll("[data-choice]")].map((button) => button.value));
  for (const choice of choices.filter(({ text }) => !there.has(text))) {
    const key = String(list.children.length + 1);
    const button = Object.assign(document.createElement("button"), { type: "submit", name: "choice", value: choice.text });
    Object.assign(button.dataset, { choice: key, reread: "" });
    const part = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
    button.append(part("kbd", "", key), part("span", "reader", `${source}: ${choice.source}`), part("span", "text", choice.text));
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  list.hidden = list.children.length === 0;
}
