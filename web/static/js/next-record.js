// Has the next record ready before it is wanted: fetched, built and its pictures decoded, but not yet on the page.

import { leaveWord, post } from "./api.js";
import { startIn } from "./behaviours.js";
import { allSent } from "./outbox.js";

const PART = "[data-station-page]";
// The server holds a taken record three times as long.
const RENEW_MS = 30_000;

export function prepareNext(root, { signal }) {
  let ready = null;

  async function prepare() {
    // A record whose approval is still on its way would be offered again.
    await allSent();
    try {
      const { url } = await post(root.dataset.preload, { after: root.dataset.certificate });
      if (!url || signal.aborted) return;
      // A page that is being left may lose this line; the next record is then loaded when it is wanted.
      const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
      if (!answer?.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.querySelector(PART) && document.importNode(page.querySelector(PART), true);
      if (!part?.querySelector("[data-editable='1']")) return;
      ready = { url, part, title: page.title, scan: part.querySelector("[data-station]").dataset.scan };
      await Promise.all([...part.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
      root.dataset.nextReady = "";
    } catch (error) {
      if (!("code" in error)) throw error; // Without it, the next record is loaded when it is wanted.
    }
  }

  // Puts the next record on the page in place of this one.
  async function show() {
    const { part, title, url } = ready;
    ready = null;
    const life = new AbortController();
    root.dispatchEvent(new CustomEvent("sohoa:leave"));
    root.closest(PART).replaceWith(part);
    document.title = title;
    history.pushState({}, "", url);
    await startIn(part, life.signal);
    part.querySelector("[data-station]").addEventListener("sohoa:leave", () => life.abort());
  }

  // Nobody else may change it while it is held; once it is lost, another one is prepared.
  async function renew() {
    if (!ready) { prepare(); return; }
    try {
      await post(root.dataset.keep, { scan: ready.scan });
    } catch (error) {
      if (!("code" in error)) throw error;
      if (error.status) { ready = null; prepare(); }
    }
  }

  addEventListener("pagehide", () => { if (ready) leaveWord(root.dataset.letGo, { scan: ready.scan }); }, { signal });
  const wait = globalThis.requestIdleCallback ?? ((call) => setTimeout(call, 200));
  wait(prepare);
  const timer = setInterval(renew, RENEW_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  return { show, isReady: () => Boolean(ready) };
}

addEventListener("popstate", () => location.reload());
