// A region to read again by keyboard: arrows move the box, with Shift they make it larger or smaller, Enter reads it.

import { toast } from "./api.js";
import { boxOf, drawOver, place, takeKeys } from "./marking.js";

const STEP_PX = 12;
const LEAST_PX = 12;

export function makeBoxKeys(viewer, { words, signal }) {
  // onBox(figure, box) is told of the box; near is where to begin.
  return function start({ near, onBox, leave }) {
    if (viewer.isTurned()) viewer.upright();
    const figure = viewer.figure();
    const width = Number(figure.dataset.width);
    const height = Number(figure.dataset.height);
    const box = { ...(near ?? viewer.middle()) };
    const mark = drawOver(figure, "drawn");
    const show = () => { place(mark, box); viewer.lookAtBox(figure, boxOf(mark)); };

    function move(across, down) {
      const x = Math.min(width - box.right, Math.max(-box.left, across));
      const y = Math.min(height - box.bottom, Math.max(-box.top, down));
      Object.assign(box, { left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y });
    }
    function size(across, down) {
      box.right = Math.min(width, Math.max(box.left + LEAST_PX, box.right + across));
      box.bottom = Math.min(height, Math.max(box.top + LEAST_PX, box.bottom + down));
    }
    takeKeys((event) => {
      if (event.key === "Enter" || event.key === "Escape") {
        mark.remove();
        if (event.key === "Enter") onBox(figure, box);
        leave();
        return false;
      }
      const by = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
      if (by) { (event.shiftKey ? size : move)(by[0] * STEP_PX, by[1] * STEP_PX); show(); }
      return true;
    }, signal);
    toast(words.boxKeys);
    show();
  };
}
