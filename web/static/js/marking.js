// Boxes that a behaviour draws over a face, and a mode in which it takes every key until it ends.

const SVG = "http://www.w3.org/2000/svg";

export function drawOver(figure, name) {
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("class", name);
  figure.querySelector("svg").append(rect);
  return rect;
}

export function place(rect, { left, top, right, bottom }) {
  for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) rect.setAttribute(name, String(value));
}

// Where a drawn box stands, in pixels of the face.
export function boxOf(rect) {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
  return { left: x, top: y, right: x + width, bottom: y + height };
}

// Until act returns false or the mode's end is called, no other behaviour hears a key.
export function takeKeys(act, signal) {
  const mode = new AbortController();
  document.addEventListener("keydown", (event) => {
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (act(event) === false) mode.abort();
  }, { capture: true, signal: AbortSignal.any([signal, mode.signal]) });
  return () => mode.abort();
}
