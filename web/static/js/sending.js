// Sends one file: asks first whether it is here already, and after a broken line goes on by itself, never twice.

import { post, token } from "./api.js";

const PAUSES_S = [2, 5, 15];
// Larger files take longer to hash than to send within a house.
const HASH_UP_TO_BYTES = 120_000_000;

export class Lost extends Error {}

// tell(what, value) hears of "checking", "sending", "sent" (0 to 1) and "retrying" (seconds). Throws Lost or AbortError.
export async function sendFile(file, { url, knownUrl, signal, tell }) {
  tell("checking");
  const sha256 = await hashOf(file);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const known = sha256 && await askKnown(knownUrl, sha256);
      signal.throwIfAborted();
      // After a broken line, what is known may be what was just sent.
      if (known) return attempt ? { received: [{}] } : { known };
      tell("sending");
      return await transfer(file, url, signal, (part) => tell("sent", part));
    } catch (error) {
      if (!(error instanceof Lost) || attempt >= PAUSES_S.length) throw error;
      tell("retrying", PAUSES_S[attempt]);
      await pause(PAUSES_S[attempt] * 1000, signal);
    }
  }
}

async function hashOf(file) {
  // Only pages reached by https or on this machine may hash; without it the server tells what it knows afterwards.
  if (!crypto.subtle || file.size > HASH_UP_TO_BYTES) return "";
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return ""; // A file that cannot be read now fails in words when it is sent.
  }
}

async function askKnown(url, sha256) {
  try {
    return (await post(url, { sha256 })).known[sha256];
  } catch (error) {
    if (!("code" in error)) throw error;
    if (!error.status) throw new Lost();
    return undefined;
  }
}

function transfer(file, url, signal, sent) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file, file.name);
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => sent(event.loaded / event.total));
    request.addEventListener("load", () => resolve(request.response ?? {}));
    request.addEventListener("error", () => reject(new Lost()));
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

// Waits, but no longer than until the line is back.
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", () => { clearTimeout(timer); removeEventListener("online", done); reject(signal.reason); });
  });
}
