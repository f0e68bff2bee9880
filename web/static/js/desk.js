// Holds the record on the screen, and the one that is ready next, while the page is open; says when one is lost.

import { leaveWord, post } from "./api.js";

const RENEW_MS = 25_000;

export function holdRecord(root, { signal, lost }) {
  const { keep, letGo, scan } = root.dataset;
  let leaving = false;

  async function renew() {
    if (leaving) return;
    try {
      await post(keep, { scan });
    } catch (error) {
      if (!("code" in error)) throw error;
      // A lost line is not a lost record: the lease outlives some minutes without one.
      if (error.status && !signal.aborted) lost(error);
    }
  }

  const timer = setInterval(renew, RENEW_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  addEventListener("pagehide", () => { leaving = true; leaveWord(letGo, { scan }); }, { signal });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }, { signal });
  renew();
}
