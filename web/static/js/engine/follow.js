// Which line is said at a frame, and whether the script runs along: it stops for a while when somebody scrolls it.

const QUIET = 5000; // ms after somebody scrolled before the script runs along again by itself

/**
 * The index of the last span that begins at or before a frame, -1 before the first. Binary search: asked at each frame.
 * @param {{ start: number }[]} spans by their first frame
 * @param {number} frame
 */
export function at(spans, frame) {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle].start <= frame) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The first frames of spans before and after a frame: where "previous" and "next" lead; null where there is none. @param {number[]} starts in order @param {number} frame */
export function around(starts, frame) {
  const before = starts.filter((start) => start < frame);
  const after = starts.find((start) => start > frame);
  return { before: before.length ? before[before.length - 1] : null, after: after ?? null };
}

/** Whether the script runs along. Times in ms. */
export class Follow {
  #scrolled = -Infinity;

  /** Somebody scrolled. @param {number} now */
  scrolled(now) {
    this.#scrolled = now;
  }

  /** Somebody wants it to run along again. */
  resume() {
    this.#scrolled = -Infinity;
  }

  /** @param {number} now */
  may(now) {
    return now - this.#scrolled >= QUIET;
  }
}
