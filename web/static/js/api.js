// Talks to the server: JSON back, the forgery token along, errors in words.

export const token = () => document.querySelector('meta[name="csrf-token"]').content;

export class Refused extends Error {
  constructor({ code, message, advice }, status) {
    super(message);
    Object.assign(this, { code, advice, status });
  }
}

// Posts a form's fields; resolves to the answer's JSON, throws Refused with the server's words.
export async function post(url, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
  let response;
  try {
    response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token() } });
  } catch {
    throw new Refused(lost(), 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Refused(answer.error ?? lost(), response.status);
}

function lost() {
  const english = document.documentElement.lang === "en";
  return english
    ? { code: "offline", message: "The server cannot be reached.", advice: "Nothing was saved; try again in a moment." }
    : { code: "offline", message: "Không kết nối được máy chủ.", advice: "Chưa ghi nhận thao tác này; thử lại sau giây lát." };
}

// Tells the server something as the page goes away; no answer is waited for.
export function leaveWord(url, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, csrf_token: token() })) for (const one of [value].flat()) body.append(name, one);
  navigator.sendBeacon(url, body);
}

let timer;

// Says something at the foot of the page for a few seconds.
export function toast(text, { bad = false } = {}) {
  let element = document.querySelector(".toast");
  if (!element) {
    element = document.createElement("div");
    element.className = "toast";
    document.body.append(element);
  }
  element.setAttribute("role", bad ? "alert" : "status");
  element.classList.toggle("bad", bad);
  element.textContent = text;
  element.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { element.hidden = true; }, bad ? 8000 : 2500);
}
