// Which frame is on the screen. The only clock is what the browser says of each picture that it presents; the time of
// the player itself was wrong in 11 of 28 pauses.
import { frameOf } from "./timecode.js";

/** @typedef {import("./timecode.js").Rate} Rate */
/**
 * What of a `<video>` is a clock.
 * @typedef {object} Presents
 * @property {(told: (now: number, picture: { mediaTime: number }) => void) => number} requestVideoFrameCallback
 * @property {(asked: number) => void} cancelVideoFrameCallback
 */

/** Tells each frame that is presented, until it is stopped. */
export class Clock {
  #asked = 0;
  #running = false;

  /**
   * @param {Presents} film
   * @param {Rate} rate
   * @param {number} frames how many the film has
   * @param {(frame: number) => void} told
   */
  constructor(film, rate, frames, told) {
    this.film = film;
    this.rate = rate;
    this.frames = frames;
    this.told = told;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    this.#ask();
  }

  stop() {
    this.#running = false;
    this.film.cancelVideoFrameCallback(this.#asked);
  }

  #ask() {
    this.#asked = this.film.requestVideoFrameCallback((_, picture) => {
      if (!this.#running) return;
      this.#ask();
      this.told(Math.min(frameOf(picture.mediaTime, this.rate), this.frames - 1));
    });
  }
}
