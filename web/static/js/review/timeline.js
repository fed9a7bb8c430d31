// The draft as a film strip, true to length: shots with their pictures, cuts, slates, scenes, what is new, how loud it
// is, in and out. The notes lie over it (marks.js). It is drawn; the range input under it is what keys and screen readers have.
import { draft } from "./draft.js";

const FLAGS = 12; // px of each row, from the top
const NAMES = 16;
const STRIP = 44;
const WAVE = 26;
export const HEIGHT = FLAGS + NAMES + STRIP + WAVE;
const HATCH = 7;

/** The drawn timeline. */
export class Strip {
  /** What is new: since the draft before, until another is chosen. @type {readonly { start: number, stop: number }[]} */
  fresh = draft.fresh.map(([start, stop]) => ({ start, stop }));
  /** @type {Uint8Array} */
  peaks = new Uint8Array();
  #sheet = new Image();
  #asked = false;

  /** @param {HTMLCanvasElement} canvas @param {import("./player.js").Player} player */
  constructor(canvas, player) {
    this.canvas = canvas;
    this.player = player;
    new ResizeObserver(() => this.draw()).observe(canvas);
    player.addEventListener("range", () => this.draw());
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    if (draft.addresses.strip && draft.sheet) {
      this.#sheet.onload = () => this.draw();
      this.#sheet.src = draft.addresses.strip;
    }
    if (draft.addresses.peaks) void this.#listen(draft.addresses.peaks);
  }

  /** The frame under a place of the page. @param {number} x */
  frame(x) {
    const { left, width } = this.canvas.getBoundingClientRect();
    return Math.max(0, Math.min(draft.frames - 1, Math.floor(((x - left) / width) * draft.frames)));
  }

  /** Draws it anew, once a picture of the screen at most. */
  draw() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  /** @param {string} address */
  async #listen(address) {
    const answer = await fetch(address);
    if (!answer.ok) return;
    this.peaks = new Uint8Array(await answer.arrayBuffer());
    this.draw();
  }

  #draw() {
    const { canvas } = this;
    const pen = canvas.getContext("2d");
    const dense = devicePixelRatio;
    const width = canvas.clientWidth;
    if (!pen || !width) return;
    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(HEIGHT * dense);
    pen.scale(dense, dense);
    const colours = getComputedStyle(canvas);
    const colour = (/** @type {string} */ name) => paint(colours, name);
    const x = (/** @type {number} */ frame) => (frame / draft.frames) * width;
    this.#shots(pen, x, colour);
    this.#scenes(pen, x, colour, width);
    this.#wave(pen, width, colour);
    pen.fillStyle = colour("--pencil");
    for (const { start, stop } of this.fresh) pen.fillRect(x(start), FLAGS + NAMES + STRIP - 3, Math.max(2, x(stop) - x(start)), 3);
    const span = this.player.span;
    if (span) {
      pen.fillStyle = colour("--paper");
      pen.globalAlpha = 0.7;
      pen.fillRect(0, FLAGS + NAMES, x(span.start), STRIP + WAVE);
      pen.fillRect(x(span.stop), FLAGS + NAMES, width - x(span.stop), STRIP + WAVE);
      pen.globalAlpha = 1;
      pen.fillStyle = colour("--mark");
      for (const place of [x(span.start), x(span.stop) - 2]) pen.fillRect(place, FLAGS + NAMES, 2, STRIP + WAVE);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {(frame: number) => number} x
   * @param {(name: string) => string} colour
   */
  #shots(pen, x, colour) {
    const top = FLAGS + NAMES;
    const seen = this.#sheet.complete && this.#sheet.naturalWidth > 0;
    for (const shot of draft.shots) {
      const [left, wide] = [x(shot.start), x(shot.stop) - x(shot.start)];
      pen.fillStyle = colour(shot.kind === "take" ? "--hover" : "--leader");
      pen.fillRect(left, top, wide, STRIP);
      if (shot.kind === "take" && shot.box && seen) {
        const [sx, sy, sw, sh] = shot.box;
        const shown = Math.min(wide, (STRIP * sw) / sh); // a narrow cell shows the middle of its picture
        const part = (shown * sh) / STRIP;
        pen.drawImage(this.#sheet, sx + (sw - part) / 2, sy, part, sh, left, top, shown, STRIP);
      }
      pen.fillStyle = colour("--edge");
      pen.fillRect(left, top, 1, STRIP);
    }
    for (const slate of draft.slates) hatched(pen, x(slate.start), top, x(slate.stop) - x(slate.start), STRIP, colour("--pencil"));
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {(frame: number) => number} x
   * @param {(name: string) => string} colour
   * @param {number} width
   */
  #scenes(pen, x, colour, width) {
    pen.font = `12px ${colour("--read")}`;
    pen.textBaseline = "middle";
    draft.scenes.forEach((scene, number) => {
      const left = x(scene.start);
      const right = number + 1 < draft.scenes.length ? x(draft.scenes[number + 1].start) : width;
      pen.fillStyle = colour("--quiet");
      pen.fillRect(left, FLAGS, 1, HEIGHT - FLAGS);
      if (right - left < 24) return;
      pen.save();
      pen.beginPath();
      pen.rect(left, FLAGS, right - left - 4, NAMES);
      pen.clip();
      pen.fillText(scene.title, left + 5, FLAGS + NAMES / 2);
      pen.restore();
    });
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} width
   * @param {(name: string) => string} colour
   */
  #wave(pen, width, colour) {
    const middle = FLAGS + NAMES + STRIP + WAVE / 2;
    pen.fillStyle = colour("--edge");
    pen.fillRect(0, middle, width, 1);
    if (!this.peaks.length) return;
    for (let left = 0; left < width; left += 1) {
      const first = Math.floor((left / width) * this.peaks.length);
      const last = Math.max(first + 1, Math.ceil(((left + 1) / width) * this.peaks.length));
      const high = Math.max(...this.peaks.subarray(first, last)) / 255;
      pen.fillRect(left, middle - (high * WAVE) / 2, 1, Math.max(1, high * WAVE));
    }
  }
}

/** A token's colour as it holds here: the room is dark, or light where somebody chose that. @param {CSSStyleDeclaration} styles @param {string} name */
export function paint(styles, name) {
  const value = styles.getPropertyValue(name).trim();
  const both = value.match(/^light-dark\(([^,]+),\s*([^)]+)\)$/);
  return both ? both[styles.colorScheme === "light" ? 1 : 2] : value;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} left
 * @param {number} top
 * @param {number} wide
 * @param {number} high
 * @param {string} colour
 */
function hatched(pen, left, top, wide, high, colour) {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, wide, high);
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (let place = left - high; place < left + wide; place += HATCH) {
    pen.moveTo(place, top + high);
    pen.lineTo(place + high, top);
  }
  pen.stroke();
  pen.restore();
}
