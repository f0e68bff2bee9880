// Keeps a list of scans fresh: the server tells when it changed. Where it cannot, the page asks by itself, often while
// something moves, seldom otherwise, never unseen.

const OFTEN_MS = 1500;
const SELDOM_MS = 5000;
// Told of news, the page still looks now and then, so that nothing is missed for long.
const TOLD_MS = 60_000;

export function attach(section) {
  const body = section.querySelector("tbody");
  let etag = "";
  let timer = 0;
  let live = true;
  let again = false;
  let asking = false;
  let told = false;

  async function ask() {
    clearTimeout(timer);
    if (asking) { again = true; return; }
    asking = true;
    try {
      const response = await fetch(section.dataset.liveList, { headers: { Accept: "application/json", "If-None-Match": etag }, cache: "no-store" });
      if (response.status === 401 || response.status === 403) { location.reload(); return; }
      if (response.ok) {
        etag = response.headers.get("ETag") ?? "";
        show(await response.json());
      }
    } catch { /* The line is away; the next asking finds it again. */ } finally { asking = false; }
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (again) { again = false; ask(); return; }
    if (!document.hidden) timer = setTimeout(ask, told ? TOLD_MS : live ? OFTEN_MS : SELDOM_MS);
  }

  function show(news) {
    live = news.live;
    const present = new Map([...body.rows].map((row) => [row.id, row]));
    news.order.forEach((id, place) => {
      const old = present.get(`scan-${id}`);
      const row = old?.dataset.mark === news.rows[id].mark ? old : fresh(news.rows[id].html);
      if (old && old !== row) old.remove();
      if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] ?? null);
      present.delete(`scan-${id}`);
    });
    for (const row of present.values()) row.remove();
    section.querySelector("[data-tabs]").innerHTML = news.tabs;
    section.querySelector("table").hidden = news.order.length === 0;
    section.querySelector("[data-empty]").hidden = news.order.length > 0;
  }

  function fresh(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    const row = template.content.firstElementChild;
    row.classList.add("changed");
    return row;
  }

  function hear() {
    const stream = new EventSource(section.dataset.stream);
    stream.addEventListener("open", () => { told = true; section.dataset.told = ""; });
    stream.addEventListener("message", ask);
    stream.addEventListener("error", () => { told = false; delete section.dataset.told; plan(); });
    addEventListener("pagehide", () => stream.close());
  }

  if (section.dataset.stream && "EventSource" in globalThis) hear();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  document.addEventListener("sohoa:uploaded", () => { live = true; ask(); });
  plan();
}
