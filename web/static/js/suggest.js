// Offers entries of the field's list while it is typed: below the box, taken by arrow and Enter or by a click.

const WAIT_MS = 120;

export function makeSuggest(root, panel, { signal }) {
  const list = Object.assign(document.createElement("ul"), { className: "suggestions", id: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  root.append(list);
  let box = null;
  let timer = 0;
  let asked = 0;
  let at = -1;

  const options = () => [...list.children];
  function close() { clearTimeout(timer); asked += 1; list.hidden = true; at = -1; box?.removeAttribute("aria-activedescendant"); }

  function mark(place) {
    at = place;
    options().forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    if (options()[place]) box.setAttribute("aria-activedescendant", options()[place].id);
  }

  function take(text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  async function ask() {
    const mine = (asked += 1);
    const path = box.closest(".field").dataset.path;
    const issued = panel.querySelector('.field[data-path="issue_date"] .value')?.value.split("/").reverse().join("-") ?? "";
    const query = new URLSearchParams({ path, text: box.value, issued });
    let entries = [];
    try {
      const answer = await fetch(`${root.dataset.suggestUrl}?${query}`, { headers: { Accept: "application/json" } });
      if (answer.ok) entries = (await answer.json()).entries;
    } catch { /* Without the line there are no suggestions; typing goes on. */ }
    if (mine !== asked || document.activeElement !== box) return;
    show(entries.filter((entry) => entry !== box.value));
  }

  function show(entries) {
    list.replaceChildren(...entries.map((text, number) => {
      const option = Object.assign(document.createElement("li"), { textContent: text, id: `suggestion-${number}` });
      option.setAttribute("role", "option");
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(text); });
      return option;
    }));
    const frame = box.getBoundingClientRect();
    Object.assign(list.style, { left: `${frame.left}px`, top: `${frame.bottom + 2}px`, width: `${frame.width}px` });
    list.hidden = entries.length === 0;
    at = -1;
  }

  panel.addEventListener("input", (event) => {
    if (!event.target.matches("[data-suggest]") || !event.isTrusted) return;
    box = event.target;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  }, { signal });
  panel.addEventListener("focusout", close, { signal });
  panel.addEventListener("scroll", close, { signal });
  // Before the station's own keys: an open list takes arrows, Enter on an entry, and Escape.
  panel.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.keyCode === 229 || event.target !== box) return;
    const count = options().length;
    const act = { ArrowDown: () => mark((at + 1) % count), ArrowUp: () => mark((at + count - 1) % count), Escape: close,
      Enter: at >= 0 ? () => take(options()[at].textContent) : undefined }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, { capture: true, signal });
  signal.addEventListener("abort", () => list.remove());
}
