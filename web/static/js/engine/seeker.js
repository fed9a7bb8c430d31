// Goes to frames: one seek is under way at most, the latest wish wins, and a frame counts as shown only when the clock
// has told it. Steps count from the frame that is wished for, so that none of a fast row is lost.

/** @typedef {"shown" | "seeking" | "unconfirmed"} Standing */
/**
 * @typedef {object} Hands
 * @property {(frame: number, off: number) => void} jump seeks to a frame, `off` of a frame beside its middle
 * @property {(act: () => void) => () => void} later acts when a picture should long have come; gives what takes that back
 * @property {() => boolean} playing
 * @property {() => boolean} busy whether the film itself is still on its way to where it was sent
 * @property {() => void} changed the frame shown, the frame wished for or how they stand is another
 */

const OFF = 0.25; // of a frame: where one seek gave no picture of its own, another time within the frame may
const AHEAD = 4; // frames that may have gone by, in a film that plays, before the first picture after a seek is told

export class Seeker {
  /** The frame on the screen, as the clock told it last. @type {number} */
  shown = 0;
  /** The frame that is wished for. @type {number} */
  wanted = 0;
  /** @type {Standing} */
  standing = "unconfirmed";
  /** @type {number | null} */
  #going = null;
  #tries = 0;
  #forget = () => {};

  /**
   * @param {number} frames how many the film has
   * @param {Hands} hands
   */
  constructor(frames, hands) {
    this.frames = frames;
    this.hands = hands;
  }

  /** Goes to a frame, or to the nearest that there is; `again` also where it is shown already. @param {number} frame */
  seek(frame, again = false) {
    this.wanted = Math.max(0, Math.min(Math.round(frame), this.frames - 1));
    if (this.#going !== null) return this.hands.changed();
    if (!again && this.standing === "shown" && this.shown === this.wanted && !this.hands.playing()) return;
    this.#go();
  }

  /** Goes so many frames on, or back. @param {number} by */
  step(by) {
    this.seek(this.wanted + by);
  }

  /** A frame was presented. @param {number} frame */
  saw(frame) {
    const going = this.#going;
    if (going === null) {
      this.shown = frame;
      if (this.hands.playing()) this.wanted = frame;
      this.standing = frame === this.wanted || this.hands.playing() ? "shown" : "unconfirmed";
      return this.hands.changed();
    }
    const past = frame - going;
    if (past !== 0 && !(this.hands.playing() && past > 0 && past <= AHEAD)) return; // the picture of before
    this.#arrived();
    this.shown = frame;
    if (this.wanted !== going) return this.#go();
    if (this.hands.playing()) this.wanted = frame;
    this.standing = "shown";
    this.hands.changed();
  }

  #go() {
    this.#going = this.wanted;
    this.#tries = 0;
    this.standing = "seeking";
    this.#jump(0);
    this.hands.changed();
  }

  /** @param {number} off */
  #jump(off) {
    this.hands.jump(/** @type {number} */ (this.#going), off);
    this.#forget = this.hands.later(() => this.#late());
  }

  #late() {
    if (this.hands.busy()) {
      this.#forget = this.hands.later(() => this.#late()); // a slow line or machine: it comes when it comes
      return;
    }
    this.#tries += 1;
    if (this.wanted !== this.#going) {
      this.#arrived();
      return this.#go();
    }
    if (this.#tries === 1) return this.#jump(OFF);
    this.#arrived();
    this.standing = "unconfirmed";
    this.hands.changed();
  }

  #arrived() {
    this.#forget();
    this.#forget = () => {};
    this.#going = null;
  }
}
