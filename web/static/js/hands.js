// What the uploader works with in a browser: the API, the store, a worker that hashes.
import { Unwell } from "./engine/uploader.js";
import { secret } from "./secret.js";

const EDGE = 1 << 20; // bytes at each end of a file that tell it from others of its name and size

/** @type {Worker | null} */
let worker = null;
let asked = 0;
/** @type {Map<number, { done: (md5: string) => void, failed: (error: Error) => void }>} */
const waiting = new Map();

/** The MD5 of a piece of a file, in hex. @param {Blob} piece @returns {Promise<string>} */
export function hash(piece) {
  if (!worker) {
    worker = new Worker(new URL("./engine/hash.worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const one = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error) one?.failed(new Error(data.error));
      else one?.done(data.md5);
    };
  }
  const id = (asked += 1);
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed });
    worker?.postMessage({ id, piece });
  });
}

/** What tells a file from others: the same file, chosen again, has the same. @param {File} file */
export async function fingerprint(file) {
  const ends = [file.slice(0, EDGE), file.slice(Math.max(0, file.size - EDGE))];
  return `${file.size}-${await hash(new Blob(ends))}`;
}

/**
 * An answer of the API.
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function api(method, path, body) {
  const headers = { "X-CSRF-Token": secret, "Content-Type": "application/json" };
  const answer = await reached(`/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status === 204) return null;
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Unwell(found.detail ?? answer.statusText, answer.status, found.parts);
  return found;
}

/**
 * Puts one part into the store.
 * @param {string} link
 * @param {Blob} piece
 * @param {string} md5
 * @param {AbortSignal} signal
 */
export async function put(link, piece, md5, signal) {
  const bytes = (md5.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  const headers = { "Content-MD5": btoa(bytes.join("")) };
  const answer = await reached(link, { method: "PUT", body: piece, headers, signal, credentials: "omit" });
  if (!answer.ok) throw new Unwell(answer.statusText, answer.status);
}

/**
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function wait(seconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}

/**
 * @param {string} link
 * @param {RequestInit} asked
 */
async function reached(link, asked) {
  try {
    return await fetch(link, asked);
  } catch (error) {
    throw new Unwell(String(error), 0);
  }
}
