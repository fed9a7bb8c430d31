// Which part of a draft its timeline shows, as arithmetic: nothing here touches a page.

/** @typedef {{ start: number, stop: number }} View the frames that are shown, half-open; the first and the last may be there in part */

export const TWICE = 2; // times nearer for a press of a button or a key
export const WIDEST = 24; // CSS pixels of one frame, where it is shown nearest: what any finger and any hand hits (WCAG 2.2, 2.5.8)
const RUNS_IN = 0.1; // of the width: where the film comes in again when it has run out of the part shown

/** The view of so many frames that has a place of the film at a share of its width; it stays inside the film. @param {number} place @param {number} share @param {number} length @param {number} frames @returns {View} */
export function placed(place, share, length, frames) {
  const start = Math.max(0, Math.min(frames - length, place - share * length));
  return { start, stop: start + length };
}

/**
 * The view so many times nearer (below 1: farther); what stands at a share of its width stays there.
 * @param {View} view
 * @param {number} by
 * @param {number} share
 * @param {number} frames of the film
 * @param {number} least frames that are shown at least
 */
export function zoomed(view, by, share, frames, least) {
  const length = view.stop - view.start;
  return placed(view.start + share * length, share, within(length / by, frames, least), frames);
}

/**
 * The view after two fingers moved: each takes along what lay under it.
 * @param {View} view
 * @param {[number, number]} from shares of the width, where they were
 * @param {[number, number]} to where they are
 * @param {number} frames of the film
 * @param {number} least frames that are shown at least
 */
export function pinched(view, from, to, frames, least) {
  const length = view.stop - view.start;
  const [was, is] = [Math.abs(from[1] - from[0]), Math.abs(to[1] - to[0])];
  const next = was > 0 && is > 0 ? within((length * was) / is, frames, least) : length;
  return placed(view.start + ((from[0] + from[1]) / 2) * length, (to[0] + to[1]) / 2, next, frames);
}

/**
 * The view that shows a frame: as it is where it does; else the film runs into it, and a place far away is its middle.
 * @param {View} view
 * @param {number} frame
 * @param {number} frames of the film
 */
export function following(view, frame, frames) {
  const length = view.stop - view.start;
  if (view.start <= frame && frame + 1 <= view.stop) return view;
  const ahead = frame >= view.start;
  const far = ahead ? frame + 1 - view.stop > length : view.start - frame > length;
  return placed(frame + 0.5, far ? 0.5 : ahead ? RUNS_IN : 1 - RUNS_IN, length, frames);
}

/** The share of the width at which a place of the film stands; below 0 or above 1 where it is not shown. @param {View} view @param {number} place */
export function shareOf(view, place) {
  return (place - view.start) / (view.stop - view.start);
}

/** The frame at a share of the width. @param {View} view @param {number} share @param {number} frames of the film */
export function frameAt(view, share, frames) {
  const inside = Math.max(0, Math.min(1, share));
  return Math.max(0, Math.min(frames - 1, Math.floor(view.start + inside * (view.stop - view.start))));
}

/** @param {number} length @param {number} frames @param {number} least */
function within(length, frames, least) {
  return Math.min(frames, Math.max(Math.min(least, frames), length));
}
