// Approvals on their way: the next record shows at once, and what could not be approved is told and leads back.

import { post } from "./api.js";

let line = Promise.resolve();
let waiting = 0;

// Resolves when everything on its way has arrived, or has been told about.
export const allSent = () => line;

// words.notApproved and words.openAgain speak of the record called title at url.
export function approveOnTheWay(action, fields, { title, url, words }) {
  waiting += 1;
  line = line.then(() => post(action, fields)).then((answer) => {
    // The server still had a question about it.
    if (answer.next?.includes("doubts=")) location.assign(answer.next);
  }).catch((error) => {
    if (!("code" in error)) throw error;
    tell(error, { title, url, words });
  }).finally(() => { waiting -= 1; });
}

function tell(error, { title, url, words }) {
  const dialog = document.createElement("dialog");
  dialog.dataset.notApproved = "";
  const inside = Object.assign(document.createElement("div"), { className: "inside" });
  const again = Object.assign(document.createElement("a"), { className: "button primary", href: url, textContent: words.openAgain.replace("{title}", title) });
  inside.append(
    Object.assign(document.createElement("h2"), { textContent: words.notApproved.replace("{title}", title) }),
    Object.assign(document.createElement("p"), { textContent: `${error.message} ${error.advice}` }),
    again,
  );
  dialog.append(inside);
  document.body.append(dialog);
  dialog.showModal();
}

addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });
