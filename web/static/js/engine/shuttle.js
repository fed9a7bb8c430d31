// J K L, as at an editing table: J runs back, L runs on, each press doubles the speed; K stops, or begins; K held with J or
// L is slow.

export const SPEEDS = [1, 2, 4];
export const SLOW = 0.25;

/** @typedef {"j" | "k" | "l"} Key */

/** The speed after J (-1) or L (1) at a speed: it begins at 1, doubles up to 4, and turns round at once. @param {number} speed @param {1 | -1} way */
export function faster(speed, way) {
  if (speed * way <= 0 || Math.abs(speed) < 1) return way;
  return way * (SPEEDS.find((one) => one > Math.abs(speed)) ?? SPEEDS[SPEEDS.length - 1]);
}

/** The frame that a film run at a speed shows, so many seconds after it showed another. @param {number} from @param {number} speed @param {number} seconds @param {[number, number]} rate */
export const run = (from, speed, seconds, [over, under]) => from + Math.trunc((speed * seconds * over) / under);

/** The keys that are held, and at what speed the film therefore runs. 0: it stands. */
export class Shuttle {
  /** @type {Set<Key>} */
  #held = new Set();
  #begins = false;

  /** The speed after a key goes down. @param {Key} key @param {number} speed at which the film runs now */
  press(key, speed) {
    if (this.#held.has(key)) return speed; // a key that is held is told many times
    this.#held.add(key);
    if (key === "k") {
      this.#begins = speed === 0;
      return 0;
    }
    const way = key === "l" ? 1 : -1;
    if (!this.#held.has("k")) return faster(speed, way);
    this.#begins = false;
    return way * SLOW;
  }

  /** The speed after a key goes up. @param {Key} key @param {number} speed at which the film runs now */
  release(key, speed) {
    const slow = this.#held.has("k") && Math.abs(speed) === SLOW;
    const begins = key === "k" && this.#held.has("k") && this.#begins;
    this.#held.delete(key);
    if (begins) return 1;
    return slow ? 0 : speed;
  }

  /** Nothing is held any more: the page lost the keyboard. */
  drop() {
    this.#held.clear();
  }
}
