// What happens, as it happens. One stream a tab; each topic of a message becomes an event of the body, `live:<topic>`,
// on which fragments fetch themselves again: hx-trigger="live:video-7 from:body".
import { t } from "./words.js";

const PATIENCE = 10_000; // ms without a connection until it is told
const FAILURES = 3; // failed tries until fragments are asked for without being told to
const POLL = 5_000; // ms between two such askings; the stream is tried again each time

/** @type {EventSource | null} */
let stream = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let lost;
/** @type {ReturnType<typeof setInterval> | undefined} */
let polling;
let failures = 0;
let missed = false;
/** The last event that this page was told of: a stream that is opened anew goes on from there. */
let last = "";

/** Opens the stream while the page is looked at: browsers allow few connections to one host, and tabs are many. */
export function live() {
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : open()));
  if (!document.hidden) open();
}

function leave() {
  stream?.close();
  stream = null;
  missed = true;
  clearTimeout(lost);
  lost = undefined;
  clearInterval(polling);
  polling = undefined;
}

function open() {
  stream?.close();
  const address = new URL(document.body.getAttribute("data-live") ?? "/events", location.href);
  if (last) address.searchParams.set("after", last);
  stream = new EventSource(address);
  stream.onopen = () => {
    if (missed) all();
    missed = false;
    failures = 0;
    clearTimeout(lost);
    lost = undefined;
    clearInterval(polling);
    polling = undefined;
    banner(false);
  };
  stream.onmessage = (message) => {
    last = message.lastEventId;
    tell(JSON.parse(message.data));
  };
  stream.addEventListener("reload", () => {
    all();
    document.dispatchEvent(new CustomEvent("missed"));
  });
  stream.onerror = () => {
    failures += 1;
    lost ??= setTimeout(() => banner(true), PATIENCE);
    // a browser comes back by itself, save after an answer that is no stream
    if (stream?.readyState === EventSource.CLOSED) missed = true;
    if (failures >= FAILURES || stream?.readyState === EventSource.CLOSED) polling ??= setInterval(poll, POLL);
  };
}

function poll() {
  if (failures >= FAILURES) all();
  if (stream?.readyState === EventSource.CLOSED) open();
}

/** @param {{ topics: string[] }} news */
function tell(news) {
  for (const topic of news.topics) document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: news }));
}

/** Every topic that something on the page listens to. */
function all() {
  const heard = new Set();
  for (const element of document.querySelectorAll("[hx-trigger*='live:']")) {
    for (const [, topic] of (element.getAttribute("hx-trigger") ?? "").matchAll(/live:([\w-]+)/g)) heard.add(topic);
  }
  tell({ topics: [...heard] });
}

/** @param {boolean} shown */
function banner(shown) {
  const place = document.getElementById("connection");
  if (!place) return;
  place.textContent = shown ? t("Connection lost, trying again.") : "";
  place.hidden = !shown;
}
