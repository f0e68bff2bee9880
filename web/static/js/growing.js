// Boxes for long text are as tall as their text. Where the style sheet's field-sizing does it, nothing is to be done;
// Firefox does not know it yet.

export function makeGrowing(panel, { signal }) {
  if (CSS.supports("field-sizing", "content")) return () => {};

  function growAll(boxes = panel.querySelectorAll("textarea")) {
    for (const box of boxes) box.style.height = "0";
    const heights = [...boxes].map((box) => box.scrollHeight + box.offsetHeight - box.clientHeight);
    [...boxes].forEach((box, place) => { box.style.height = `${heights[place]}px`; });
  }

  panel.addEventListener("input", (event) => { if (event.target.matches("textarea")) growAll([event.target]); }, { signal });
  let width = 0;
  const watcher = new ResizeObserver(() => { if (panel.clientWidth !== width) { width = panel.clientWidth; growAll(); } });
  watcher.observe(panel);
  signal.addEventListener("abort", () => watcher.disconnect());
  return growAll;
}
