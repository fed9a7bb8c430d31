// Only some parts of a film, played one after the other.

/** @typedef {[number, number]} Part half-open, in frames */
/** @typedef {{ part: number, jump: number | null, over: boolean }} Going which part is played; the frame to go to, where it is another than the next; whether all were played */

/** The part that a frame is in, or else the next one; as many as there are when there is none. @param {readonly Part[]} parts in order @param {number} frame */
export function partAt(parts, frame) {
  const found = parts.findIndex(([, stop]) => frame < stop);
  return found < 0 ? parts.length : found;
}

/** What happens after a frame was shown while only the parts are played. @param {readonly Part[]} parts @param {number} frame @returns {Going} */
export function after(parts, frame) {
  const part = partAt(parts, frame);
  if (part === parts.length) return { part: parts.length - 1, jump: null, over: true };
  const [start, stop] = parts[part];
  if (frame < start) return { part, jump: start, over: false };
  if (frame < stop - 1) return { part, jump: null, over: false };
  const next = parts[part + 1];
  return next ? { part: part + 1, jump: next[0], over: false } : { part, jump: null, over: true };
}

/** The part to go to from a frame, one on (1) or back (-1): back to where this one begins, if that is long past. @param {readonly Part[]} parts @param {number} frame @param {1 | -1} way @param {number} long frames after which it is */
export function skip(parts, frame, way, long) {
  const part = partAt(parts, frame);
  if (part === parts.length) return parts.length - 1;
  const inside = frame >= parts[part][0];
  if (way > 0) return inside ? Math.min(part + 1, parts.length - 1) : part;
  return Math.max(0, inside && frame - parts[part][0] >= long ? part : part - 1);
}
