// What ends the work on a record: approving (and going on to the next), returning, and the help on keys.

import { post } from "./api.js";
import { allSent, approveOnTheWay } from "./outbox.js";

export function makeApproval(root, { saving, doubtful, moveTo, next }) {
  const words = JSON.parse(root.dataset.words);
  const page = root.parentElement;
  const form = root.querySelector("[data-approve-form]");
  const button = root.querySelector("[data-approve]");
  const doubts = page.querySelector("[data-doubts]");
  const returning = page.querySelector("[data-return-dialog]");
  const help = page.querySelector("[data-help-dialog]");
  let leaving = false;

  async function approve() {
    if (!form || leaving) return;
    await saving.settled();
    const left = doubtful();
    if (left.length) { ask(left); return; }
    send();
  }

  function ask(left) {
    doubts.querySelector("h2").textContent = words.left.replace("{n}", left.length);
    doubts.querySelector("[data-look]").onclick = () => { doubts.close(); moveTo(left[0]); };
    doubts.querySelector("[data-anyway]").onclick = () => { doubts.close(); send({ doubts: "seen" }); };
    doubts.showModal();
  }

  async function send(more = {}) {
    leaving = true;
    const fields = { version: form.elements.version.value, ...more };
    // The next record is held and ready: nobody waits for the line. Where it is not, the server says what is next.
    if (next?.isReady()) {
      approveOnTheWay(form.action, fields, { title: root.dataset.title, url: location.pathname, words });
      await next.show();
      return;
    }
    try {
      await allSent();
      const answer = await post(form.action, fields);
      location.assign(answer.next);
    } catch (error) {
      leaving = false;
      if (!("code" in error)) throw error;
      saving.refuse(error);
    }
  }

  form?.addEventListener("submit", (event) => { event.preventDefault(); approve(); });
  root.querySelector("[data-return]")?.addEventListener("click", (event) => { event.preventDefault(); askReturn(); });
  const helper = root.querySelector("[data-help]");
  if (helper) { helper.hidden = false; helper.addEventListener("click", showHelp); }

  function askReturn() { returning?.showModal(); }
  function showHelp() { help.showModal(); }

  return { approve, askReturn, help: showHelp, focus: () => button?.focus() };
}
