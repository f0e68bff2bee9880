// Words on the scan by keyboard: arrows go from word to word, Shift takes more of them, Enter puts them in the field.

import { toast } from "./api.js";
import { boxOf, drawOver, place, takeKeys } from "./marking.js";
import { wordsOf } from "./picking.js";

const box = ([, left, top, right, bottom]) => ({ left, top, right, bottom });
const middle = ([, , top, , bottom]) => (top + bottom) / 2;

// The words in the order in which one reads them, each with the number of its line.
function inLines(words) {
  const lines = [];
  for (const word of words.toSorted((one, other) => middle(one) - middle(other))) {
    const line = lines.at(-1);
    const height = word[4] - word[2];
    if (line && middle(word) - middle(line[0]) < height * 0.6) line.push(word);
    else lines.push([word]);
  }
  return lines.flatMap((line, number) => line.toSorted((one, other) => one[1] - other[1]).map((word) => ({ word, number })));
}

export function makeWordKeys(viewer, { words: told, signal }) {
  // take(text) hears what was chosen; near is a box on the face where to begin.
  return async function start({ near, take, leave }) {
    if (viewer.isTurned()) viewer.upright();
    const figure = viewer.figure();
    const all = inLines(await wordsOf(figure));
    if (!all.length) { toast(told.nothing); return; }
    const at = near ?? viewer.middle();
    const far = ({ word }) => Math.abs(middle(word) - (at.top + at.bottom) / 2) * 3 + Math.abs(word[1] - at.left);
    let first = all.reduce((best, one, number) => (far(one) < far(all[best]) ? number : best), 0);
    let last = first;
    const mark = drawOver(figure, "drawn");

    function show() {
      const boxes = all.slice(first, last + 1).map(({ word }) => box(word));
      place(mark, { left: Math.min(...boxes.map((one) => one.left)) - 5, top: Math.min(...boxes.map((one) => one.top)) - 4,
        right: Math.max(...boxes.map((one) => one.right)) + 5, bottom: Math.max(...boxes.map((one) => one.bottom)) + 4 });
      viewer.lookAtBox(figure, boxOf(mark));
      toast(text());
    }
    const text = () => all.slice(first, last + 1).map(({ word }) => word[0]).join(" ");
    function line(by) {
      const from = all[first];
      const wanted = all.filter(({ number }) => number === from.number + by);
      if (!wanted.length) return;
      const nearest = wanted.reduce((best, one) => (Math.abs(one.word[1] - from.word[1]) < Math.abs(best.word[1] - from.word[1]) ? one : best));
      first = last = all.indexOf(nearest);
    }
    const step = (by) => { first = last = Math.min(all.length - 1, Math.max(0, (by > 0 ? last : first) + by)); };
    const keys = {
      ArrowRight: () => step(1), ArrowLeft: () => step(-1), ArrowDown: () => line(1), ArrowUp: () => line(-1),
      "Shift+ArrowRight": () => { last = Math.min(all.length - 1, last + 1); }, "Shift+ArrowLeft": () => { last = Math.max(first, last - 1); },
    };
    takeKeys((event) => {
      if (event.key === "Enter" || event.key === "Escape") {
        mark.remove();
        if (event.key === "Enter") take(text());
        else leave();
        return false;
      }
      const act = keys[event.shiftKey ? `Shift+${event.key}` : event.key];
      if (act) { act(); show(); }
      return true;
    }, signal);
    show();
  };
}
