// The second key-in: the scan shows the place of the box that is typed in; Enter goes on to the next box.

import { showCrop } from "./crop.js";
import { holdRecord } from "./desk.js";
import { makeViewer } from "./viewer.js";

export function attach(root, { signal }) {
  const form = root.querySelector("[data-keying]");
  const boxes = [...form.querySelectorAll(".field-like .input")];
  const viewer = makeViewer(root.querySelector("[data-viewer]"), { onPick: () => {} });
  holdRecord(root, { signal, lost: () => location.reload() });

  function lookAt(box) {
    const field = box.closest(".field-like");
    showCrop(field, viewer.boxOf(field.dataset.path));
    if (!viewer.lookAt(field.dataset.path)) viewer.fit();
  }

  function next(box) {
    const following = boxes[boxes.indexOf(box) + 1];
    if (following) following.focus();
    else form.requestSubmit();
  }

  form.addEventListener("focusin", (event) => { if (boxes.includes(event.target)) lookAt(event.target); });
  // Digits are typed here, so that a choice wants Alt with its digit.
  form.addEventListener("keydown", (event) => {
    const offers = event.target.closest(".field-like")?.querySelectorAll("[data-offer]") ?? [];
    const chosen = event.altKey && /^Digit[1-9]$/.test(event.code) && offers[Number(event.code.at(-1)) - 1];
    if (chosen) { event.preventDefault(); chosen.click(); }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || !boxes.includes(event.target)) return;
    event.preventDefault();
    if (event.target.checkValidity()) next(event.target);
    else event.target.reportValidity();
  });
  form.addEventListener("click", (event) => {
    const offer = event.target.closest("[data-offer]");
    if (!offer) return;
    const box = offer.closest(".field-like").querySelector(".input");
    box.value = offer.dataset.offer;
    next(box);
  });
  for (const field of form.querySelectorAll(".field-like")) showCrop(field, viewer.boxOf(field.dataset.path));
  boxes[0]?.focus();
  // The browser may have put the caret there before anybody listened.
  if (boxes[0]) lookAt(boxes[0]);
}
