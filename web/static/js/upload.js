// Sends chosen, dropped or photographed files one by one, each with its progress, its cancel and its answer in words.

import { Lost, sendFile } from "./sending.js";

const AT_ONCE = 2;

export function attach(form) {
  const words = JSON.parse(form.dataset.words);
  const maxBytes = Number(form.dataset.maxBytes);
  const list = document.querySelector("[data-sending]");
  const waiting = [];
  let running = 0;
  let inside = 0;

  form.classList.add("enhanced");
  for (const input of form.querySelectorAll('input[type="file"]')) {
    input.required = false;
    input.addEventListener("change", () => { take(input.files); input.value = ""; });
  }
  const choose = form.querySelector('label[for="files"]');
  choose.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    form.querySelector("#files").click();
  });
  form.querySelector("#files").tabIndex = -1;

  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (name === "dragenter") inside += 1;
      if (name === "dragleave") inside -= 1;
      if (name === "drop") { inside = 0; take(event.dataTransfer.files); }
      form.classList.toggle("over", inside > 0);
    });
  }

  function take(files) {
    for (const file of files) {
      const item = showItem(file);
      if (file.size > maxBytes) say(item, "bad", words.tooLarge, words.tooLargeAdvice);
      else waiting.push({ file, item });
    }
    list.hidden = list.children.length === 0;
    next();
  }

  function showItem(file) {
    const item = document.createElement("li");
    item.stop = new AbortController();
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name, title: file.name });
    const progress = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    progress.setAttribute("aria-label", file.name);
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button compact", textContent: words.cancel });
    const said = Object.assign(document.createElement("p"), { className: "said small", textContent: words.waiting });
    button.addEventListener("click", () => cancel(item));
    item.append(name, progress, button, said);
    list.prepend(item);
    return item;
  }

  function next() {
    while (running < AT_ONCE && waiting.length) send(waiting.shift());
  }

  async function send({ file, item }) {
    running += 1;
    try {
      await sendFile(file, {
        url: form.action,
        knownUrl: form.dataset.known,
        signal: item.stop.signal,
        tell: (what, value) => progress(item, what, value),
      }).then((answer) => told(item, answer));
    } catch (error) {
      if (error.name === "AbortError") say(item, "still", words.cancelled, "");
      else if (error instanceof Lost) { say(item, "bad", words.lost, words.lostAdvice); offerAgain(item, file); }
      else throw error;
    } finally {
      running -= 1;
      next();
      document.dispatchEvent(new Event("sohoa:uploaded"));
    }
  }

  function progress(item, what, value) {
    if (what === "sent") item.querySelector("progress").value = value;
    else item.querySelector(".said").textContent = what === "retrying" ? words.retrying.replace("{s}", value) : words[what];
  }

  function told(item, { known, received, error }) {
    item.querySelector("progress").value = 1;
    const answer = received?.[0];
    const wrong = answer?.error ?? error;
    if (known) { say(item, "doubt", known.message, words.here); if (known.url) linkTo(item, known.url); }
    else if (wrong) say(item, "bad", wrong.message, wrong.advice);
    else if (!answer) say(item, "bad", words.stateUnknown, words.lostAdvice);
    else if (answer.duplicate_of) say(item, "doubt", words.duplicate, "");
    else { say(item, "good", words.received, ""); setTimeout(() => drop(item), 4000); }
  }

  function linkTo(item, url) {
    item.append(Object.assign(document.createElement("a"), { className: "button compact", href: url, textContent: words.open }));
  }

  function say(item, tone, message, advice) {
    const said = item.querySelector(".said");
    said.replaceChildren();
    const badge = Object.assign(document.createElement("span"), { className: `state ${tone}`, textContent: message });
    said.append(badge, " ", Object.assign(document.createElement("span"), { className: "advice", textContent: advice }));
    item.querySelector("progress")?.remove();
    item.querySelector("button")?.remove();
  }

  function offerAgain(item, file) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button compact", textContent: words.again });
    button.addEventListener("click", () => { drop(item); take([file]); });
    item.append(button);
  }

  function cancel(item) {
    item.stop.abort();
    const place = waiting.findIndex((entry) => entry.item === item);
    if (place < 0) return;
    waiting.splice(place, 1);
    say(item, "still", words.cancelled, "");
  }

  // A returned scan's row has a form of its own: choosing the file sends it.
  document.addEventListener("change", (event) => {
    const replacing = event.target.closest?.("[data-replace]");
    if (replacing && event.target.files?.length) replacing.requestSubmit();
  });

  function drop(item) {
    item.remove();
    list.hidden = list.children.length === 0;
  }
}
