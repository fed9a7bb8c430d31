// The notes on the timeline: drawn over it, told to screen readers, found by the pointer.
import { markAt, marks } from "../engine/marks.js";
import { timecode } from "../engine/timecode.js";
import { shareOf } from "../engine/zoom.js";
import { nt } from "../words.js";
import { draft } from "./draft.js";
import { paint } from "./timeline.js";

/** @typedef {import("../engine/marks.js").Flag} Flag */
/** @typedef {import("../engine/marks.js").Mark} Mark */

const HIGH = 12; // px

export class Marks {
  /** @type {readonly Flag[]} */
  flags = [];
  /** @type {Mark[]} */
  #marks = [];
  #asked = false;

  /** @param {HTMLCanvasElement} canvas @param {HTMLElement} list @param {import("./timeline.js").Strip} strip */
  constructor(canvas, list, strip) {
    this.strip = strip;
    this.canvas = canvas;
    this.list = list;
    new ResizeObserver(() => this.draw()).observe(canvas);
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** The notes there are. @param {readonly Flag[]} flags */
  show(flags) {
    this.flags = [...flags].sort((one, other) => one.frame - other.frame);
    this.draw();
  }

  /** The mark under a place of the page. @param {{ clientX: number, clientY: number }} place */
  at({ clientX, clientY }) {
    const { left, top, height } = this.canvas.getBoundingClientRect();
    return clientY - top < height ? markAt(this.#marks, clientX - left) : null;
  }

  /** What a mark is, in words. @param {Mark} mark */
  said(mark) {
    const [start, stop] = [timecode(mark.first, draft.rate), timecode(mark.last, draft.rate)];
    const many = mark.first === mark.last ? nt("%(n)s note on %(start)s", "%(n)s notes on %(start)s", mark.count, { start }) : nt("%(n)s note from %(start)s to %(stop)s", "%(n)s notes from %(start)s to %(stop)s", mark.count, { start, stop });
    const open = nt("%(n)s open", "%(n)s open", mark.open);
    return `${many}, ${open}`;
  }

  /** Draws them anew, once a picture of the screen at most. */
  draw() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  #draw() {
    const { canvas } = this;
    const pen = canvas.getContext("2d");
    const width = canvas.clientWidth;
    if (!pen || !width) return;
    const at = (/** @type {number} */ frame) => shareOf(this.strip.view, frame + 0.5) * width;
    const seen = this.flags.filter(({ frame }) => at(frame) >= 0 && at(frame) <= width);
    this.#marks = marks(seen, at);
    this.#tell();
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(HIGH * devicePixelRatio);
    pen.scale(devicePixelRatio, devicePixelRatio);
    const styles = getComputedStyle(canvas);
    pen.lineWidth = 1.5;
    pen.font = `600 10px ${styles.getPropertyValue("--read")}`;
    pen.textBaseline = "middle";
    pen.fillStyle = pen.strokeStyle = paint(styles, "--mark");
    for (const { place, count, open } of this.#marks) {
      pen.beginPath();
      pen.moveTo(place, HIGH);
      pen.lineTo(place, 1);
      pen.lineTo(place + 8, 4);
      pen.lineTo(place, 7);
      pen.stroke();
      if (open) pen.fill();
      if (count > 1) pen.fillText(String(count), place + 8, HIGH / 2 + 1, 17);
    }
  }

  /** Says them where screen readers find them; what did not change stays. */
  #tell() {
    this.list.hidden = !this.#marks.length;
    while (this.list.children.length > this.#marks.length) this.list.lastElementChild?.remove();
    this.#marks.forEach((mark, number) => {
      const item = this.list.children[number] ?? this.list.appendChild(document.createElement("li"));
      const words = this.said(mark);
      if (item.textContent !== words) item.textContent = words;
    });
  }
}
