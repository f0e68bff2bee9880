// The station's keys beside those of the current field; the list under «?» names every one of them.

export function stationKeys(root, { viewer, approval, dialogs, panel }) {
  const press = (selector) => () => root.querySelector(selector)?.click();

  // Another certificate of the same scan.
  function paper(by) {
    const papers = [...root.querySelectorAll("[data-paper]")];
    const here = papers.findIndex((link) => link.ariaCurrent);
    papers[here + by]?.click();
  }
  function reasons() {
    const details = panel.querySelector("[data-decision]");
    if (details) { details.open = !details.open; details.scrollIntoView({ block: "nearest" }); }
  }
  return {
    "+": viewer.zoomIn, "=": viewer.zoomIn, "-": viewer.zoomOut, 0: viewer.fit, r: viewer.rotate, f: viewer.nextFace,
    "Shift+ArrowLeft": () => viewer.pan(-1, 0), "Shift+ArrowRight": () => viewer.pan(1, 0),
    "Shift+ArrowUp": () => viewer.pan(0, -1), "Shift+ArrowDown": () => viewer.pan(0, 1),
    d: approval.approve, t: approval.askReturn, s: () => dialogs.open("postpone"), g: () => dialogs.open("note"),
    o: () => dialogs.open("reopen"), l: press("[data-take-over]"), c: press("[data-next-record]"), q: press("[data-queue-link]"),
    h: press("[data-history]"), y: reasons, ",": () => paper(-1), ".": () => paper(1), "?": approval.help,
  };
}
