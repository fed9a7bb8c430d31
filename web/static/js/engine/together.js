// Following whoever leads: where their film is by now, and when ours should go there.

/** @typedef {import("./timecode.js").Rate} Rate */
/**
 * Somebody who watches, as the studio tells it: their frame was told `age` seconds ago, running at `pace` hundredths.
 * @typedef {{ person: string, name: string, own: boolean, leads: boolean, frame: number, pace: number, age: number, writing: string, on: number }} Present
 */

const NEAR = 0.4; // seconds apart that nobody notices while both films run: less than it takes to hear of the other

/**
 * The frame that the film of whoever leads shows now.
 * @param {Present} one
 * @param {number} since seconds since it was told
 * @param {Rate} rate
 * @param {number} frames how many the film has
 */
export function expected(one, since, rate, frames) {
  const gone = ((one.age + since) * one.pace * rate[0]) / (100 * rate[1]);
  return Math.max(0, Math.min(Math.round(one.frame + gone), frames - 1));
}

/**
 * Whether ours should go there: at once where theirs stands, and where both run only when they are apart.
 * @param {number} frame ours
 * @param {number} theirs
 * @param {boolean} runs theirs does
 * @param {Rate} rate
 */
export function apart(frame, theirs, runs, rate) {
  return runs ? Math.abs(frame - theirs) > (NEAR * rate[0]) / rate[1] : frame !== theirs;
}

/** Up to two letters that stand for a name. @param {string} name */
export function initials(name) {
  const words = name.split(/[\s-]+/).filter(Boolean);
  const [first, last] = [words[0] ?? "?", words.length > 1 ? words[words.length - 1] : ""];
  return ([...first][0] + ([...last][0] ?? "")).toUpperCase();
}
