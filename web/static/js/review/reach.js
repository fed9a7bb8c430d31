// How one reaches a place of the film on its timeline: a press goes there, and what is pressed is shown nearer by buttons
// and keys, by two fingers, and by the wheel with Ctrl (which is what a touchpad makes of two fingers, too).
import { pinched, placed, shareOf, TWICE, zoomed } from "../engine/zoom.js";

/** @typedef {import("./timeline.js").Strip} Strip */

const LINE = 33; // px of a line, for wheels that count in lines
const WHEEL = 100; // px by which a browser tells that a touchpad's fingers are e times as far apart

/**
 * Listens on the timeline; gives what its buttons and keys do.
 * @param {Strip} strip
 * @param {import("./player.js").Player} player
 * @returns {Record<string, () => void>}
 */
export function reach(strip, player) {
  const { canvas } = strip;
  /** Fingers, or the mouse, that are down on it: where. @type {Map<number, number>} */
  const down = new Map();
  let began = 0;
  let pinches = false; // until the last finger of several is lifted
  const two = () => /** @type {[number, number]} */ ([...down.values()].slice(0, 2).map((x) => strip.share(x)));
  const wheeled = (/** @type {number} */ delta, /** @type {WheelEvent} */ event) => (event.deltaMode ? delta * LINE : delta);

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event.clientX);
    if (down.size > 1) {
      pinches = true;
      player.seek(began); // they were about to show it nearer, not to go there
    } else {
      pinches = false;
      began = player.seeker.wanted;
      player.seek(strip.frame(event.clientX));
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) return;
    const from = two();
    down.set(event.pointerId, event.clientX);
    if (down.size > 1) strip.show(pinched(strip.view, from, two(), player.frames, strip.least));
    else if (!pinches) player.seek(strip.frame(event.clientX));
  });
  for (const ends of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(ends, (event) => down.delete(/** @type {PointerEvent} */ (event).pointerId));
  }
  canvas.addEventListener(
    "wheel",
    (event) => {
      const { start, stop } = strip.view;
      const across = wheeled(event.deltaX, event);
      if (event.ctrlKey) near(Math.exp(-wheeled(event.deltaY, event) / WHEEL), strip.share(event.clientX));
      else if (Math.abs(across) > Math.abs(event.deltaY) && stop - start < player.frames) {
        strip.show(placed(start, -across / canvas.clientWidth, stop - start, player.frames));
      } else return;
      event.preventDefault();
    },
    { passive: false },
  );

  /** @param {number} by @param {number} share */
  function near(by, share) {
    strip.show(zoomed(strip.view, by, share, player.frames, strip.least));
  }

  /** Nearer, or farther, round the frame that is shown: the middle where that is not in sight. @param {number} by */
  function round(by) {
    const share = shareOf(strip.view, player.frame + 0.5);
    near(by, share >= 0 && share <= 1 ? share : 0.5);
  }

  return { nearer: () => round(TWICE), farther: () => round(1 / TWICE) };
}
