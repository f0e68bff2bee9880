// The scan beside the fields: faces to switch, wheel and drag to look around, and a place that comes forward by itself.

import { boxOf } from "./marking.js";

const MARGIN_PX = 26;
const PAN_PX = 90;
const CLOSEST = 2.2;

// onPick(figure, x, y) is told of a click without a drag, in pixels of the face.
export function makeViewer(root, { onPick }) {
  const stage = root.querySelector(".stage");
  const figures = [...stage.querySelectorAll("figure")];
  const tabs = [...root.querySelectorAll("[data-face]")];
  const view = { face: 0, scale: 1, x: 0, y: 0, turn: 0, whole: true };
  let drag = null;

  root.classList.add("enhanced");
  for (const tab of tabs) tab.addEventListener("click", () => { showFace(Number(tab.dataset.face)); fit(); });
  const tools = { in: () => zoom(1.35), out: () => zoom(1 / 1.35), fit, turn: rotate };
  for (const button of root.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => tools[button.dataset.zoom]());

  const size = () => {
    const { width, height } = figures[view.face].dataset;
    return { width: Number(width), height: Number(height) };
  };

  function showFace(index) {
    view.face = index;
    figures.forEach((figure, place) => figure.classList.toggle("shown", place === index));
    tabs.forEach((tab, place) => tab.setAttribute("aria-pressed", String(place === index)));
  }

  function draw(glide = true) {
    stage.classList.toggle("gliding", glide);
    const figure = figures[view.face];
    const { width, height } = size();
    const turned = { 0: "", 90: `translate(${height}px, 0) rotate(90deg)`, 180: `translate(${width}px, ${height}px) rotate(180deg)`,
      270: `translate(0, ${width}px) rotate(270deg)` }[view.turn];
    figure.style.width = `${width}px`;
    figure.style.height = `${height}px`;
    figure.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale}) ${turned}`;
  }

  function fit() {
    if (!figures.length) return;
    const { width, height } = size();
    const [wide, high] = view.turn % 180 ? [height, width] : [width, height];
    view.scale = Math.min((stage.clientWidth - 2 * MARGIN_PX) / wide, (stage.clientHeight - 2 * MARGIN_PX) / high);
    view.x = (stage.clientWidth - wide * view.scale) / 2;
    view.y = (stage.clientHeight - high * view.scale) / 2;
    view.whole = true;
    draw();
  }

  function zoom(factor, at = { x: stage.clientWidth / 2, y: stage.clientHeight / 2 }, glide = true) {
    const scale = Math.min(6, Math.max(0.08, view.scale * factor));
    view.x = at.x - ((at.x - view.x) * scale) / view.scale;
    view.y = at.y - ((at.y - view.y) * scale) / view.scale;
    view.scale = scale;
    view.whole = false;
    draw(glide);
  }

  function rotate() { view.turn = (view.turn + 90) % 360; fit(); }

  // Brings the box of a field forward: the line it stands on fills the width, its neighbours stay in sight.
  function lookAt(path) {
    for (const rect of stage.querySelectorAll("rect.current")) rect.classList.remove("current");
    const rect = path && stage.querySelector(`rect[data-path="${CSS.escape(path)}"]`);
    if (!rect) return false;
    rect.classList.add("current");
    lookAtBox(rect.closest("figure"), boxOf(rect));
    return true;
  }

  function lookAtBox(figure, { left, top, right, bottom }) {
    const box = { x: left, y: top, width: right - left, height: bottom - top };
    showFace(figures.indexOf(figure));
    view.turn = 0;
    const readable = Math.min(CLOSEST, 46 / Math.max(12, Math.min(box.height, 60)));
    view.scale = Math.max(0.25, Math.min(readable, (stage.clientWidth - 2 * MARGIN_PX) / box.width));
    view.x = stage.clientWidth / 2 - (box.x + box.width / 2) * view.scale;
    view.y = stage.clientHeight * 0.42 - (box.y + box.height / 2) * view.scale;
    const { width, height } = size();
    // Keep the paper's edges at the window's edges where it is wider than the window.
    if (width * view.scale > stage.clientWidth) view.x = Math.min(MARGIN_PX, Math.max(view.x, stage.clientWidth - MARGIN_PX - width * view.scale));
    if (height * view.scale > stage.clientHeight) view.y = Math.min(MARGIN_PX, Math.max(view.y, stage.clientHeight - MARGIN_PX - height * view.scale));
    view.whole = false;
    draw();
  }

  function pan(across, down) {
    Object.assign(view, { x: view.x - across * PAN_PX, y: view.y - down * PAN_PX, whole: false });
    draw();
  }

  // A line's height in the middle of what is to be seen, in pixels of the face.
  function middle() {
    const { width, height } = size();
    const x = Math.min(width, Math.max(0, (stage.clientWidth / 2 - view.x) / view.scale));
    const y = Math.min(height, Math.max(0, (stage.clientHeight / 2 - view.y) / view.scale));
    return { left: Math.max(0, x - 150), top: Math.max(0, y - 20), right: Math.min(width, x + 150), bottom: Math.min(height, y + 20) };
  }

  // Where on the face the pointer is, in its pixels; only while the face is not turned.
  function onFace(event) {
    const frame = stage.getBoundingClientRect();
    return { x: (event.clientX - frame.left - view.x) / view.scale, y: (event.clientY - frame.top - view.y) / view.scale };
  }

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const frame = stage.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), { x: event.clientX - frame.left, y: event.clientY - frame.top }, false);
  }, { passive: false });
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault(); // A box that is being typed in keeps its caret.
    drag = { x: event.clientX - view.x, y: event.clientY - view.y, from: [event.clientX, event.clientY] };
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("moving");
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag) return;
    Object.assign(view, { x: event.clientX - drag.x, y: event.clientY - drag.y, whole: false });
    draw(false);
  });
  stage.addEventListener("pointerup", (event) => {
    const still = drag && Math.hypot(event.clientX - drag.from[0], event.clientY - drag.from[1]) < 5;
    const at = onFace(event);
    if (still && view.turn === 0) onPick(figures[view.face], at.x, at.y);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    stage.addEventListener(name, () => { drag = null; stage.classList.remove("moving"); });
  }
  new ResizeObserver(() => { if (view.whole) fit(); }).observe(stage);

  if (figures.length) { showFace(0); fit(); }
  return {
    lookAt, lookAtBox, fit, rotate, onFace, pan, middle,
    upright: () => { view.turn = 0; fit(); },
    figure: () => figures[view.face],
    isTurned: () => view.turn !== 0,
    zoomIn: tools.in, zoomOut: tools.out,
    nextFace: () => { if (figures.length) { showFace((view.face + 1) % figures.length); fit(); } },
    // Which boxes are still in doubt.
    mark: (paths) => { for (const rect of stage.querySelectorAll("rect")) rect.classList.toggle("doubtful", paths.includes(rect.dataset.path)); },
    boxOf: (path) => stage.querySelector(`rect[data-path="${CSS.escape(path)}"]`),
  };
}
