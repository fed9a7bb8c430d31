// The tray: files on their way, on every page. What it knows outlives the page; it goes on where the store is.
import { Stopped, Unwell, Uploader } from "./engine/uploader.js";
import { api, fingerprint, hash, put, wait } from "./hands.js";
import { everyKept, forget, keep } from "./kept.js";
import { t } from "./words.js";

/** @typedef {import("./kept.js").Kept} Kept */
/** @typedef {"waiting" | "sending" | "paused" | "absent" | "failed" | "sent"} Phase */
/** @typedef {{ kept: Kept, file: File | null, phase: Phase, why: string, run: Uploader | null, since: number, before: number, row: Row }} Sending */
/** @typedef {{ place: HTMLElement, words: HTMLElement, bar: HTMLProgressElement, buttons: HTMLElement }} Row */

const AT_ONCE = 2; // files; each has several parts in flight

/** @type {Map<string, Sending>} */
const all = new Map();

/** Shows what was on its way, and goes on with what can be read without asking. */
export async function tray() {
  for (const kept of await everyKept()) {
    const one = shown(kept, null);
    const readable = kept.handle && (await allowed(kept.handle, false));
    if (readable && kept.handle) one.file = await kept.handle.getFile().catch(() => null);
    become(one, kept.paused ? "paused" : one.file ? "waiting" : "absent");
  }
  next();
}

/**
 * Takes files that were chosen or dropped.
 * @param {string} to where they are announced: a path of the API
 * @param {Record<string, string>} as what they are, as the API is told
 * @param {{ file: File, path: string, handle: FileSystemFileHandle | null }[]} chosen
 */
export async function take(to, as, chosen) {
  for (const { file, path, handle } of chosen) {
    const print = await fingerprint(file);
    const key = [to, ...Object.values(as), path, print].join("/");
    const there = all.get(key);
    if (there && there.phase !== "sent") {
      there.file = file;
      there.kept.paused = false;
      if (there.phase !== "sending") become(there, "waiting");
      continue;
    }
    there?.row.place.remove();
    const kept = { key, to, as, path, name: file.name, size: file.size, fingerprint: print, md5s: [], sent: 0, paused: false, handle };
    await keep(kept);
    become(shown(kept, file), "waiting");
  }
  next();
}

function next() {
  const running = [...all.values()].filter((one) => one.phase === "sending").length;
  const waiting = [...all.values()].filter((one) => one.phase === "waiting");
  for (const one of waiting.slice(0, Math.max(0, AT_ONCE - running))) void send(one);
}

/** @param {Sending} one */
async function send(one) {
  become(one, "sending");
  one.since = Date.now();
  one.before = one.kept.sent;
  try {
    // one tab at a time sends a file
    if (navigator.locks) await navigator.locks.request(one.kept.key, () => sent(one));
    else await sent(one);
    await forget(one.kept.key);
    become(one, "sent");
  } catch (error) {
    if (error instanceof Stopped) return;
    one.why = error instanceof Unwell && error.status ? t(error.message) : t("The store or this file cannot be reached. What was sent is kept.");
    become(one, "failed");
  }
  next();
}

/** @param {Sending} one */
async function sent(one) {
  const { kept, file } = one;
  if (!file) throw new Error("no file");
  const run = new Uploader(kept.size, {
    announce: () => announced(kept),
    sign: (upload, parts) => api("POST", `/uploads/${upload}/sign`, { parts }),
    put: (link, start, stop, md5, signal) => put(link, file.slice(start, stop), md5, signal),
    complete: (upload, md5s) => api("POST", `/uploads/${upload}/complete`, { md5s }),
    hash: (start, stop) => hash(file.slice(start, stop)),
    wait,
    keep: (_, md5s) => {
      kept.md5s = [...md5s];
      void keep(kept);
    },
    show: (bytes) => {
      kept.sent = bytes;
      void keep(kept);
      draw(one);
    },
  }, new Map(kept.md5s));
  one.run = run;
  if (kept.paused) throw new Stopped();
  await run.run();
}

/** @param {Kept} kept */
function announced(kept) {
  return api("POST", kept.to, { path: kept.path, size: kept.size, fingerprint: kept.fingerprint, ...kept.as });
}

/** @param {Sending} one */
async function pause(one) {
  one.kept.paused = true;
  one.run?.pause();
  await keep(one.kept);
  become(one, "paused");
  next();
}

/** @param {Sending} one */
async function goOn(one) {
  const { handle } = one.kept;
  if (!one.file && handle && (await allowed(handle, true))) one.file = await handle.getFile().catch(() => null);
  if (!one.file) {
    const [file] = await asked();
    if (!file) return;
    if (file.name !== one.kept.name || file.size !== one.kept.size || (await fingerprint(file)) !== one.kept.fingerprint) {
      one.why = t("This is another file. Choose %(name)s.", { name: one.kept.name });
      become(one, "absent");
      return;
    }
    one.file = file;
  }
  one.kept.paused = false;
  await keep(one.kept);
  become(one, "waiting");
  next();
}

/** @param {Sending} one */
async function giveUp(one) {
  one.run?.pause();
  one.row.place.remove();
  all.delete(one.kept.key);
  await forget(one.kept.key);
  try {
    const { id } = await announced(one.kept);
    await api("DELETE", `/uploads/${id}`);
  } catch {
    // the studio gives up by itself what nobody goes on with
  }
  next();
}

/**
 * @param {FileSystemFileHandle} handle
 * @param {boolean} ask
 */
async function allowed(handle, ask) {
  const asks = /** @type {any} */ (handle); // Chromium alone has these
  const state = ask ? await asks.requestPermission?.({ mode: "read" }) : await asks.queryPermission?.({ mode: "read" });
  return state === "granted";
}

/** A file that somebody chooses. @returns {Promise<File[]>} */
function asked() {
  return new Promise((done) => {
    const input = document.createElement("input");
    input.type = "file";
    input.addEventListener("change", () => done([...(input.files ?? [])]));
    input.addEventListener("cancel", () => done([]));
    input.click();
  });
}

/**
 * @param {Kept} kept
 * @param {File | null} file
 * @returns {Sending}
 */
function shown(kept, file) {
  const place = made("section", "sending");
  place.setAttribute("aria-label", kept.name);
  const words = made("p", "words");
  const bar = document.createElement("progress");
  bar.max = kept.size;
  bar.setAttribute("aria-label", kept.name);
  const buttons = made("div", "buttons");
  const name = made("p", "file");
  name.textContent = kept.name;
  place.append(name, bar, words, buttons);
  document.getElementById("tray")?.append(place);
  /** @type {Sending} */
  const one = { kept, file, phase: "waiting", why: "", run: null, since: 0, before: 0, row: { place, words, bar, buttons } };
  all.set(kept.key, one);
  return one;
}

/**
 * @param {Sending} one
 * @param {Phase} phase
 */
function become(one, phase) {
  one.phase = phase;
  if (phase !== "failed" && phase !== "absent") one.why = "";
  const buttons = [];
  if (phase === "sending" || phase === "waiting") buttons.push(button(t("Pause"), () => pause(one)));
  if (phase === "paused") buttons.push(button(t("Go on"), () => goOn(one)));
  if (phase === "failed") buttons.push(button(t("Try again"), () => goOn(one)));
  if (phase === "absent") buttons.push(button(one.kept.handle ? t("Go on") : t("Choose it again"), () => goOn(one)));
  if (phase !== "sent") buttons.push(button(t("Give up"), () => giveUp(one)));
  else buttons.push(button(t("Put away"), () => { one.row.place.remove(); all.delete(one.kept.key); }));
  one.row.buttons.replaceChildren(...buttons);
  one.row.place.dataset.phase = phase;
  draw(one);
}

/** @param {Sending} one */
function draw(one) {
  const { words, bar } = one.row;
  const { size, sent } = one.kept;
  bar.value = one.phase === "sent" ? size : sent;
  const percent = Math.floor((sent / size) * 100);
  const states = {
    waiting: t("Waits for its turn."),
    sending: t("%(percent)s %% sent.", { percent }) + left(one),
    paused: t("Paused at %(percent)s %%.", { percent }),
    absent: one.why || t("Broken off at %(percent)s %%: choose the file again to go on.", { percent }),
    failed: one.why,
    sent: t("Sent. It is being looked at."),
  };
  words.textContent = states[one.phase];
}

/** How long it will still take, once that can be told. @param {Sending} one */
function left(one) {
  const seconds = (Date.now() - one.since) / 1000;
  const moved = one.kept.sent - one.before;
  if (seconds < 5 || moved <= 0) return "";
  const minutes = Math.ceil(((one.kept.size - one.kept.sent) / moved) * (seconds / 60));
  return " " + t("About %(minutes)s min left.", { minutes });
}

/**
 * @param {string} words
 * @param {() => unknown} act
 */
function button(words, act) {
  const found = document.createElement("button");
  found.type = "button";
  found.className = "button";
  found.textContent = words;
  found.addEventListener("click", () => void act());
  return found;
}

/**
 * @param {string} kind
 * @param {string} name
 */
function made(kind, name) {
  const found = document.createElement(kind);
  found.className = name;
  return found;
}
