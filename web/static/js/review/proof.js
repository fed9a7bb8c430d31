// Whether a browser shows the very frames it is asked for: a film whose pictures hold their own number is gone through, and
// what stands on the screen is read back. tests/media/patterned.py makes such films.

/** @typedef {import("./player.js").Player} Player */
/** @typedef {{ what: string, wanted: number, told: number, seen: number | null, sure: boolean }} Shown what the page wanted, what the player told, what the picture says */

const BITS = 16;
const TALL = 0.25; // how far down the number stands; its complement stands as far up
const TURN = 15; // ms between two fast steps: faster than a key repeats

const canvas = document.createElement("canvas");
const pen = canvas.getContext("2d", { willReadFrequently: true });

/** The number that the picture on the screen holds; null where it and its complement do not agree. @param {HTMLVideoElement} film */
export function seen(film) {
  if (!pen) return null;
  const [wide, high] = [film.videoWidth, film.videoHeight];
  [canvas.width, canvas.height] = [wide, high];
  pen.drawImage(film, 0, 0);
  const light = (/** @type {number} */ bit, /** @type {number} */ down) => pen.getImageData(((bit + 0.5) * wide) / BITS, down * high, 1, 1).data[1] > 127;
  let number = 0;
  for (let bit = 0; bit < BITS; bit += 1) {
    const above = light(bit, TALL);
    if (above === light(bit, 1 - TALL)) return null;
    if (above) number += 2 ** bit;
  }
  return number;
}

const wait = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Goes through a film: seeks anywhere, fast steps, plays and pauses, each seam from both sides.
 * @param {Player} player
 * @param {{ seeks: number, steps: number, plays: number, seams: number[], random?: () => number }} plan
 * @param {(done: number, of: number) => void} [progress]
 * @returns {Promise<Shown[]>} everything that was looked at
 */
export async function proof(player, { seeks, steps, plays, seams, random = Math.random }, progress = () => {}) {
  /** @type {Shown[]} */
  const all = [];
  const total = seeks + steps + plays + seams.length * 4;
  let wanted = player.frame;
  const anywhere = () => Math.floor(random() * player.frames);

  /** @param {string} what */
  async function look(what) {
    const sure = await player.settled();
    all.push({ what, wanted, told: player.frame, seen: seen(player.film), sure });
    progress(all.length, total);
  }

  /** @param {string} what @param {number} frame */
  async function go(what, frame) {
    wanted = frame;
    player.seek(frame);
    await look(what);
  }

  for (let n = 0; n < seeks; n += 1) await go("seek", anywhere());
  for (const seam of seams) for (const frame of [seam - 1, seam, seam + 1, seam - 1]) await go("seam", frame);
  for (let way = 1, done = 0; done < steps; way = -way) {
    await go("begin of steps", Math.floor(player.frames / 2));
    all.pop();
    for (let n = 0; n < 20 && done < steps; n += 1, done += 1) {
      player.step(way);
      wanted += way;
      if (n % 10 < 8) await wait(TURN);
      else await look("step"); // the others are looked at where the row ends: none of them may be lost
    }
    await look("steps");
  }
  for (let n = 0; n < plays; n += 1) {
    const near = n < seams.length ? seams[n] - 8 : Math.floor(anywhere() / 2);
    await go("begin of play", Math.max(0, near));
    all.pop();
    player.play();
    await wait(250 + random() * 400);
    player.pause();
    await player.settled();
    wanted = player.frame;
    await look("pause");
  }
  return all;
}

/** Those that are not as they should be. @param {Shown[]} all */
export const wrong = (all) => all.filter((one) => !one.sure || one.told !== one.wanted || one.seen !== one.wanted);
