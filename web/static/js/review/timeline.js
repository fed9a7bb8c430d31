// The draft as a film strip, true to length: shots with their pictures, cuts, slates, scenes, what is new, how loud it
// is, in and out; all of it, or the part that is shown nearer. The notes lie over it (marks.js). It is drawn; the range
// input under it is what keys and screen readers have.
import { following, frameAt, shareOf, WIDEST } from "../engine/zoom.js";
import { draft } from "./draft.js";

const FLAGS = 12; // px of each row, from the top
const NAMES = 16;
const STRIP = 44;
const WAVE = 26;
export const HEIGHT = FLAGS + NAMES + STRIP + WAVE;
const HATCH = 7;
const BAR = 3; // of the bar that says which part is shown
const TICKS = 8; // px of one frame from which on each is marked

/** The drawn timeline. */
export class Strip {
  /** What is new: since the draft before, until another is chosen. @type {readonly { start: number, stop: number }[]} */
  fresh = draft.fresh.map(([start, stop]) => ({ start, stop }));
  /** @type {Uint8Array} */
  peaks = new Uint8Array();
  /** What is shown of the film. @type {import("../engine/zoom.js").View} */
  view = { start: 0, stop: draft.frames };
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
    return frameAt(this.view, this.share(x), draft.frames);
  }

  /** The share of its width at which a place of the page is. @param {number} x */
  share(x) {
    const { left, width } = this.canvas.getBoundingClientRect();
    return (x - left) / width;
  }

  /** Frames that are shown at least. */
  get least() {
    return this.canvas.clientWidth / WIDEST;
  }

  /** Shows another part of the film. @param {import("../engine/zoom.js").View} view */
  show(view) {
    if (view === this.view) return;
    this.view = view;
    this.canvas.dispatchEvent(new CustomEvent("view"));
    this.draw();
  }

  /** Shows the part that a frame is in. @param {number} frame */
  follow(frame) {
    this.show(following(this.view, frame, draft.frames));
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
    const x = (/** @type {number} */ frame) => shareOf(this.view, frame) * width;
    this.#shots(pen, x, colour);
    this.#scenes(pen, x, colour, width);
    this.#wave(pen, width, colour);
    this.#part(pen, x, width, colour);
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
      if (shot.stop <= this.view.start || shot.start >= this.view.stop) continue;
      const left = x(shot.start);
      const [seenFrom, seenTo] = [Math.max(0, left), x(shot.stop)];
      const wide = seenTo - seenFrom;
      pen.fillStyle = colour(shot.kind === "take" ? "--hover" : "--leader");
      pen.fillRect(seenFrom, top, wide, STRIP);
      if (shot.kind === "take" && shot.box && seen) {
        const [sx, sy, sw, sh] = shot.box;
        const shown = Math.min(wide, (STRIP * sw) / sh); // a narrow cell shows the middle of its picture
        const part = (shown * sh) / STRIP;
        pen.drawImage(this.#sheet, sx + (sw - part) / 2, sy, part, sh, seenFrom, top, shown, STRIP);
      }
      pen.fillStyle = colour("--edge");
      pen.fillRect(left, top, 1, STRIP);
    }
    const width = this.canvas.clientWidth;
    for (const slate of draft.slates) {
      const [left, right] = [Math.max(-HATCH, x(slate.start)), Math.min(width + HATCH, x(slate.stop))];
      if (left < right) hatched(pen, left, top, right - left, STRIP, colour("--pencil"));
    }
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
      pen.fillStyle = colour("--quiet");
      pen.fillRect(x(scene.start), FLAGS, 1, HEIGHT - FLAGS);
      const left = Math.max(0, x(scene.start));
      const right = number + 1 < draft.scenes.length ? x(draft.scenes[number + 1].start) : width;
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
    const { start, stop } = this.view;
    const peak = (/** @type {number} */ left) => ((start + (left / width) * (stop - start)) / draft.frames) * this.peaks.length;
    for (let left = 0; left < width; left += 1) {
      const first = Math.floor(peak(left));
      const last = Math.max(first + 1, Math.ceil(peak(left + 1)));
      const high = Math.max(...this.peaks.subarray(first, last)) / 255;
      pen.fillRect(left, middle - (high * WAVE) / 2, 1, Math.max(1, high * WAVE));
    }
  }

  /**
   * Which part is shown, as a bar; and each frame, where one is wide enough.
   * @param {CanvasRenderingContext2D} pen
   * @param {(frame: number) => number} x
   * @param {number} width
   * @param {(name: string) => string} colour
   */
  #part(pen, x, width, colour) {
    const { start, stop } = this.view;
    if (stop - start >= draft.frames) return;
    const share = width / draft.frames;
    pen.fillStyle = colour("--hair");
    pen.fillRect(0, HEIGHT - BAR, width, BAR);
    pen.fillStyle = colour("--ink");
    pen.fillRect(start * share, HEIGHT - BAR, Math.max(BAR, (stop - start) * share), BAR);
    if (width / (stop - start) < TICKS) return;
    pen.fillStyle = colour("--quiet");
    for (let frame = Math.ceil(start); frame < stop; frame += 1) pen.fillRect(x(frame), FLAGS + NAMES + STRIP, 1, BAR * 2);
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
