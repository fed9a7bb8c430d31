// The sheet that lies on the picture: what notes have drawn there, and what is being drawn. By mouse, by finger, and by
// keyboard: arrows move a cross, the space bar puts the pen down and lifts it.
import { drawnOn, inside, NOTHING, onto, redone, shapes, undone } from "../engine/strokes.js";
import { t } from "../words.js";

/** @typedef {import("../engine/strokes.js").Stroke} Stroke */

const SVG = "http://www.w3.org/2000/svg";
const STEP = 0.02; // of the picture, for an arrow key; with Shift a quarter of it

export class Sheet {
  drawn = NOTHING;
  /** @type {import("../engine/strokes.js").Kind} */
  kind = "pen";
  /** @type {import("../engine/strokes.js").Colour} */
  colour = "amber";
  active = false;
  /** @type {Stroke | null} */
  #now = null;
  /** @type {import("../engine/strokes.js").Point} */
  #cross = [0.5, 0.5];
  /** @type {readonly Stroke[]} */
  #shown = [];

  /**
   * @param {import("./player.js").Player} player
   * @param {[number, number]} size of the picture, in pixels
   * @param {{ changed: () => void, left: () => void, said: (words: string) => void }} hears
   */
  constructor(player, size, hears) {
    this.size = size;
    this.hears = hears;
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("slot", "over");
    this.svg.setAttribute("class", "sheet");
    this.svg.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
    this.svg.setAttribute("role", "img");
    this.svg.setAttribute("aria-label", t("What is drawn on the picture"));
    player.append(this.svg);
    this.svg.addEventListener("pointerdown", (event) => this.#down(event));
    this.svg.addEventListener("pointermove", (event) => this.#moves(event));
    for (const ends of ["pointerup", "pointercancel"]) this.svg.addEventListener(ends, () => this.#up());
    this.svg.addEventListener("keydown", (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)));
  }

  /** Lets one draw, or no more. @param {boolean} active */
  draws(active) {
    this.active = active;
    this.svg.classList.toggle("active", active);
    if (active) {
      this.svg.setAttribute("tabindex", "0");
      this.svg.setAttribute("aria-describedby", "pen-help");
      this.svg.focus();
    } else {
      this.#now = null;
      this.svg.removeAttribute("tabindex");
      this.svg.removeAttribute("aria-describedby");
    }
    this.draw();
  }

  /** What notes have drawn on the frame that is shown. @param {readonly Stroke[]} strokes */
  show(strokes) {
    if (!strokes.length && !this.#shown.length) return;
    this.#shown = strokes;
    this.draw();
  }

  undo() {
    this.#become(undone(this.drawn));
  }

  redo() {
    this.#become(redone(this.drawn));
  }

  /** @param {readonly Stroke[]} strokes */
  set(strokes) {
    this.drawn = { strokes: [...strokes], undone: [] };
    this.draw();
  }

  wipe() {
    this.#become(NOTHING);
  }

  draw() {
    const strokes = [...this.#shown, ...this.drawn.strokes, ...(this.#now ? [this.#now] : [])];
    const made = strokes.flatMap((stroke) => shapes(stroke, this.size).map(([name, given]) => element(name, given, `drawn-${stroke.colour}`)));
    if (this.active && document.activeElement === this.svg) made.push(this.#crossing());
    this.svg.replaceChildren(...made);
  }

  #crossing() {
    const [x, y] = [this.#cross[0] * this.size[0], this.#cross[1] * this.size[1]];
    const arm = this.size[0] / 50;
    return element("path", { d: `M${x - arm},${y}H${x + arm}M${x},${y - arm}V${y + arm}` }, "cross");
  }

  /** @param {import("../engine/strokes.js").Drawn} drawn */
  #become(drawn) {
    this.drawn = drawn;
    this.draw();
    this.hears.changed();
  }

  /** @param {PointerEvent} event */
  #place(event) {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    return inside((event.clientX - left) / width, (event.clientY - top) / height);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (!this.active) return;
    event.preventDefault();
    if (!event.isPrimary) {
      this.#now = null; // two fingers mean something else than a stroke
      return this.draw();
    }
    this.svg.setPointerCapture(event.pointerId);
    this.#begin(this.#place(event));
  }

  /** @param {PointerEvent} event */
  #moves(event) {
    if (!this.#now || !event.isPrimary || !this.svg.hasPointerCapture(event.pointerId)) return;
    this.#now = onto(this.#now, this.#place(event));
    this.draw();
  }

  #up() {
    if (this.#now) this.#end();
  }

  /** @param {import("../engine/strokes.js").Point} point */
  #begin(point) {
    this.#now = { kind: this.kind, colour: this.colour, points: [point] };
    this.draw();
  }

  #end() {
    const stroke = /** @type {Stroke} */ (this.#now);
    this.#now = null;
    this.#become(drawnOn(this.drawn, stroke));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!this.active || (!by && ![" ", "Enter", "Escape", "Backspace"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (by) {
      const step = event.shiftKey ? STEP / 4 : STEP;
      this.#cross = inside(this.#cross[0] + by[0] * step, this.#cross[1] + by[1] * step);
      if (this.#now) this.#now = onto(this.#now, this.#cross);
      this.draw();
    } else if (event.key === "Escape") this.hears.left();
    else if (event.key === "Backspace") this.undo();
    else if (this.#now) {
      this.#end();
      this.hears.said(t("The stroke ends here."));
    } else {
      this.#begin(this.#cross);
      this.hears.said(t("The stroke begins here."));
    }
  }
}

/** @param {string} name @param {Record<string, string | number>} given @param {string} kind */
function element(name, given, kind) {
  const made = document.createElementNS(SVG, name);
  made.setAttribute("class", kind);
  for (const [attribute, value] of Object.entries(given)) made.setAttribute(attribute, String(value));
  return made;
}
