// Two drafts side by side: which frame of one stands beside a frame of the other, and how the second is kept in step.

/** @typedef {"was" | "now"} Side the old draft, the new one */
/** @typedef {{ number: number | null, was: [number, number] | null, now: [number, number] | null }} Stretch half-open spans of frames that stand side by side; null: that draft has no such line, whose number is `number` */
/**
 * What stands beside a frame: a frame; `held` where that one is over and its last frame stands for it. `frame` null: that
 * draft has nothing there, and `number` says which line it lacks (null for what stands in none).
 * @typedef {{ frame: number | null, held: boolean, number: number | null }} Beside
 */

/** @param {Side} side @returns {Side} */
const other = (side) => (side === "was" ? "now" : "was");

export class Align {
  /** @type {Record<Side, Stretch[]>} */
  #by;

  /**
   * @param {Stretch[]} stretches every frame of either draft is in one
   * @param {Record<Side, number>} frames how many each draft has
   */
  constructor(stretches, frames) {
    this.frames = frames;
    const of = (/** @type {Side} */ side) =>
      stretches.filter((one) => one[side]).sort((one, two) => first(one, side) - first(two, side));
    this.#by = { was: of("was"), now: of("now") };
  }

  /** What of the other draft stands beside a frame, line by line. @param {number} frame @param {Side} [side] whose frame it is @returns {Beside} */
  line(frame, side = "now") {
    const own = this.#by[side];
    let [low, high] = [0, own.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (first(own[middle], side) <= frame) low = middle + 1;
      else high = middle;
    }
    const found = own[Math.max(0, low - 1)];
    const there = found?.[other(side)];
    if (!found || !there) return { frame: null, held: false, number: found?.number ?? null };
    const off = frame - first(found, side);
    const last = there[1] - there[0] - 1;
    return { frame: there[0] + Math.min(off, last), held: off > last, number: found.number };
  }

  /** The same, frame by frame from the beginning. @param {number} frame @param {Side} [side] @returns {Beside} */
  frame(frame, side = "now") {
    const last = this.frames[other(side)] - 1;
    return { frame: Math.min(frame, last), held: frame > last, number: null };
  }
}

/** @param {Stretch} one @param {Side} side */
const first = (one, side) => /** @type {[number, number]} */ (one[side])[0];

/**
 * How fast the second draft runs while it plays, as a share of the first's speed; null: it is put in its place.
 * @param {number} off frames that it is behind, below 0 ahead
 * @param {{ catch_up: number, frames_off: number }} numbers
 */
export function pace(off, { catch_up, frames_off }) {
  if (Math.abs(off) > frames_off) return null;
  return 1 + Math.sign(off) * catch_up;
}
