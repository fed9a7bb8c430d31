// <r-player>: a film, frame by frame. Its children: a <video> with slot="film", and with slot="over" what lies exactly on
// the picture. Attributes: rate="30000/1001", frames, size="1920x1080", start: the first frame to show.
//
// Properties: frame (shown and confirmed), paused, speed, pace, span ({start, stop}, or null), looping, unsure. Methods:
// seek(frame), step(by), play(), pause(), run(speed), loop(span | null), settled(). Events, which bubble: `frame` ({frame}), `range`
// ({start, stop} or null), `state` ({paused, speed, looping}).
import { Clock } from "../engine/clock.js";
import { Seeker } from "../engine/seeker.js";
import { run } from "../engine/shuttle.js";
import { middle } from "../engine/timecode.js";
import { t } from "../words.js";

/** @typedef {{ start: number, stop: number }} Span half-open, in frames */

const LATE = 1000; // ms after which a picture that was asked for should be there
const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
  :host { display: block; position: relative; container-type: size; background: var(--screen); }
  .stage { position: absolute; inset: 0; margin: auto; width: min(100cqw, 100cqh * var(--ratio)); aspect-ratio: var(--ratio); }
  ::slotted(video) { width: 100%; height: 100%; }
  .over { position: absolute; inset: 0; pointer-events: none; }
  .unsure { position: absolute; inset: auto auto 8px 8px; margin: 0; padding: 2px 8px; background: var(--screen); color: var(--on-screen); font: 600 0.875rem/1.25rem system-ui, sans-serif; }
  .unsure:empty { display: none; }
`);

export class Player extends HTMLElement {
  /** @type {Span | null} */
  #span = null;
  #speed = 0;
  #told = -1;
  #state = "";
  /** Where and when a run backwards began. */
  #back = { frame: 0, at: 0 };
  looping = false;
  /** How fast `play` runs it. */
  pace = 1;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [STYLE];
    shadow.innerHTML = `<div class="stage"><slot name="film"></slot><div class="over"><slot name="over"></slot></div></div><p class="unsure" role="status"></p><slot></slot>`;
    const [over, under] = (this.getAttribute("rate") ?? "25/1").split("/").map(Number);
    const [width, height] = (this.getAttribute("size") ?? "16x9").split("x").map(Number);
    this.rate = /** @type {[number, number]} */ ([over, under || 1]);
    this.frames = Number(this.getAttribute("frames"));
    this.ratio = width / height;
    this.film = /** @type {HTMLVideoElement} */ (this.querySelector("video"));
    this.clock = new Clock(this.film, this.rate, this.frames, (frame) => this.#saw(frame));
    this.seeker = new Seeker(this.frames, {
      jump: (frame, off) => (this.film.currentTime = middle(frame + off, this.rate)),
      later: (act) => {
        const timer = setTimeout(act, LATE);
        return () => clearTimeout(timer);
      },
      playing: () => !this.film.paused && !this.film.ended,
      busy: () => this.film.seeking,
      changed: () => this.#changed(),
    });
  }

  connectedCallback() {
    this.style.setProperty("--ratio", String(this.ratio));
    this.film.controls = false;
    this.film.addEventListener("play", this.#began);
    this.film.addEventListener("pause", this.#ceased);
    this.film.addEventListener("click", this.#clicked);
    if ("requestVideoFrameCallback" in this.film) this.clock.start(); // without it no frame is ever confirmed, and that is said
    const begin = () => this.seek(Number(this.getAttribute("start") ?? 0), true);
    if (this.film.readyState >= HTMLMediaElement.HAVE_METADATA) begin();
    else this.film.addEventListener("loadedmetadata", begin, { once: true });
    document.addEventListener("DOMContentLoaded", this.#again, { once: true });
  }

  disconnectedCallback() {
    this.film.removeEventListener("play", this.#began);
    this.film.removeEventListener("pause", this.#ceased);
    this.film.removeEventListener("click", this.#clicked);
    document.removeEventListener("DOMContentLoaded", this.#again);
    if ("cancelVideoFrameCallback" in this.film) this.clock.stop();
    this.#speed = 0;
  }

  /** Tells once more how it stands: the modules that listen may have come after it. */
  #again = () => {
    this.#told = -1;
    this.#state = "";
    this.#changed();
  };

  /** The frame on the screen, confirmed by the browser. */
  get frame() {
    return this.seeker.shown;
  }

  /** Whether the browser did not confirm that the frame wished for is the one on the screen. */
  get unsure() {
    return this.seeker.standing === "unconfirmed";
  }

  get paused() {
    return this.#speed === 0;
  }

  /** How fast it runs: 1 as filmed, below 0 backwards, 0 when it stands. */
  get speed() {
    return this.#speed;
  }

  get span() {
    return this.#span;
  }

  /** The range between in and out. */
  set span(span) {
    const fits = span && { start: Math.max(0, span.start), stop: Math.min(span.stop, this.frames) };
    this.#span = fits && fits.start < fits.stop ? fits : null;
    this.#tell("range", this.#span);
  }

  /** Goes to a frame. @param {number} frame */
  seek(frame, again = false) {
    this.#back = { frame, at: performance.now() };
    this.seeker.seek(frame, again);
  }

  /** Stands, so many frames on. @param {number} by */
  step(by) {
    if (!this.paused) this.pause();
    this.seeker.step(by);
  }

  play() {
    this.run(this.pace);
  }

  pause() {
    this.run(0);
  }

  /** Runs at a speed: from the first frame again where the film is over. @param {number} speed */
  run(speed) {
    this.#speed = speed;
    if (speed > 0) {
      if (this.frame >= this.frames - 1) this.seek(this.looping && this.#span ? this.#span.start : 0);
      this.film.playbackRate = speed;
      this.film.play().catch((error) => {
        if (error.name !== "AbortError") this.run(0); // that one is a pause of ours, after which it may run again
      });
    } else {
      const stops = !this.film.paused;
      this.film.pause();
      // the picture told last is gone to at once: the browser may have another on its way, and is to stand in its middle
      if (stops && !this.film.ended) this.seek(this.seeker.wanted, true);
      if (speed < 0) this.#runBack();
    }
    this.#changed();
  }

  /** Plays a span again and again; null: no more. @param {Span | null} span */
  loop(span) {
    this.looping = span !== null;
    this.span = span;
    if (this.#span && (this.frame < this.#span.start || this.frame >= this.#span.stop)) this.seek(this.#span.start);
    this.#changed();
  }

  /** When no seek is under way any more: whether the frame shown is confirmed. @returns {Promise<boolean>} */
  async settled() {
    while (this.seeker.standing === "seeking") await new Promise((done) => this.addEventListener("state", done, { once: true }));
    return !this.unsure;
  }

  #runBack() {
    const began = (this.#back = { frame: this.frame, at: performance.now() });
    const go = () => {
      if (this.#speed >= 0 || this.#back.at < began.at) return;
      const frame = run(this.#back.frame, this.#speed, (performance.now() - this.#back.at) / 1000, this.rate);
      const first = this.looping && this.#span ? this.#span.start : 0;
      if (frame > first) this.seeker.seek(frame);
      else if (this.looping) this.seek((this.#span?.stop ?? this.frames) - 1);
      else {
        this.seeker.seek(first);
        return this.pause();
      }
      requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
  }

  /** The film plays, whoever began it: a key of the keyboard or of a window of its own. */
  #began = () => {
    if (this.#speed > 0) return;
    this.#speed = this.film.playbackRate;
    this.#changed();
  };

  #ceased = () => {
    const over = this.film.ended;
    if (over && this.looping && this.#speed > 0) {
      this.seek(this.#span?.start ?? 0);
      void this.film.play();
      return;
    }
    if (this.#speed <= 0) return;
    this.#speed = 0;
    this.seek(over ? this.frames - 1 : this.seeker.wanted, true);
    this.#changed();
  };

  #clicked = () => (this.paused ? this.play() : this.pause());

  /** @param {number} frame */
  #saw(frame) {
    this.seeker.saw(frame);
    const span = this.#span;
    if (this.looping && span && this.#speed > 0 && this.frame >= span.stop - 1) this.seek(span.start);
  }

  #changed() {
    const { shown, standing, wanted } = this.seeker;
    const unsure = this.shadowRoot?.querySelector(".unsure");
    const said = standing === "unconfirmed" ? t("Not confirmed: this may not be frame %(frame)s.", { frame: wanted }) : "";
    if (unsure && unsure.textContent !== said) unsure.textContent = said;
    if (standing !== "seeking" && shown !== this.#told) {
      this.#told = shown;
      this.#tell("frame", { frame: shown });
    }
    const state = `${this.#speed} ${this.looping} ${standing}`;
    if (state === this.#state) return;
    this.#state = state;
    this.#tell("state", { paused: this.paused, speed: this.#speed, looping: this.looping });
  }

  /** @param {string} name @param {object | null} detail */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("r-player", Player);
