// A click on the scan: while a field is being typed in it takes the word there, otherwise it goes to the field there.

const words = new Map();

export async function wordsOf(figure) {
  const url = figure.dataset.words;
  if (!words.has(url)) {
    words.set(url, fetch(url, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : { words: [] })).catch(() => ({ words: [] })));
  }
  return (await words.get(url)).words;
}

const inside = (x, y, left, top, right, bottom) => x >= left && x <= right && y >= top && y <= bottom;

// Puts the word under the click in place of what is selected, with spaces to its neighbours.
export async function takeWord(box, figure, x, y) {
  const found = (await wordsOf(figure)).find(([, ...edges]) => inside(x, y, ...edges));
  if (found) insert(box, found[0]);
}

// Puts text in place of what is selected, with spaces to its neighbours.
export function insert(box, text) {
  const before = box.value.slice(0, box.selectionStart);
  const after = box.value.slice(box.selectionEnd);
  const lead = before && !before.endsWith(" ") ? " " : "";
  const tail = after && !after.startsWith(" ") ? " " : "";
  box.setRangeText(lead + text + tail, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// The path of the smallest field's box under the click, if there is one.
export function fieldAt(figure, x, y) {
  const number = (rect, name) => Number(rect.getAttribute(name));
  const hit = [...figure.querySelectorAll("rect")].filter((rect) => inside(x, y, number(rect, "x"), number(rect, "y"),
    number(rect, "x") + number(rect, "width"), number(rect, "y") + number(rect, "height")));
  hit.sort((one, other) => number(one, "width") * number(one, "height") - number(other, "width") * number(other, "height"));
  return hit[0]?.dataset.path;
}
