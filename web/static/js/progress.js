// Keeps the figures of a run fresh while somebody looks at them.

const OFTEN_MS = 3000;

export function attach(section) {
  let timer = 0;

  async function ask() {
    clearTimeout(timer);
    try {
      const response = await fetch(section.dataset.progress, { cache: "no-store" });
      if (response.redirected || response.status === 401 || response.status === 403) { location.reload(); return; }
      if (response.ok) section.innerHTML = await response.text();
    } catch { /* The line is away; the next asking finds it again. */ }
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, OFTEN_MS);
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  plan();
}
