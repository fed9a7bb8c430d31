// The review room. Its parts find the film by document.querySelector("r-player") and hear of it by its events (player.js).
// What they tell the room, as events on the document:
//   `notes` ([{frame, open}]): the notes of the draft, drawn on the timeline; N and P go through them;
//   `changes` ([{start, stop, words}]): what changed since another draft, marked on the timeline;
//   `tab` ("notes"): shows that part of the side;
//   `writing` ({text, frame, shown}, or null): the note that is being written, which others see.
// What the room tells them: `ask` ("note" or "draw"): somebody wants to write, or draw, on the frame that is shown;
//   `act` (its name): somebody is about to do something with the film.
import { at } from "../engine/follow.js";
import { frameWritten, timecode } from "../engine/timecode.js";
import { shareOf } from "../engine/zoom.js";
import { nt, t } from "../words.js";
import { acts, listen } from "./acts.js";
import { draft } from "./draft.js";
import { Marks } from "./marks.js";
import { Player } from "./player.js";
import { reach } from "./reach.js";
import { script } from "./script.js";
import { tabs } from "./tabs.js";
import { Strip } from "./timeline.js";
import { together } from "./together.js";

const number = new Intl.NumberFormat(document.documentElement.lang);
const player = document.querySelector("r-player");
const side = document.querySelector(".side");
if (side instanceof HTMLElement) tabs(side);
if (player instanceof Player) room(player);

/** @param {Player} player */
function room(player) {
  const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const range = /** @type {HTMLInputElement} */ (find("place"));
  const strip = new Strip(/** @type {HTMLCanvasElement} */ (find("strip")), player);
  const marks = new Marks(/** @type {HTMLCanvasElement} */ (find("flags")), find("marks"), strip);
  const volume = /** @type {HTMLInputElement} */ (find("volume"));
  const speed = /** @type {HTMLSelectElement} */ (find("speed"));
  const does = acts(player, () => marks.flags);
  listen(player, Object.assign(does, reach(strip, player)));
  const lined = document.getElementById("script");
  if (lined) script(player, lined);
  together(player, find("together"), find("written"));

  player.addEventListener("frame", shown);
  player.addEventListener("state", stands);
  player.addEventListener("range", ranged);
  player.film.addEventListener("volumechange", sounds);
  player.film.textTracks.addEventListener("change", captioned);
  document.addEventListener("notes", (event) => {
    marks.show(/** @type {CustomEvent} */ (event).detail);
  });
  document.addEventListener("changes", (event) => {
    strip.fresh = /** @type {CustomEvent} */ (event).detail;
    strip.draw();
  });

  range.addEventListener("input", () => player.seek(Number(range.value)));
  strip.canvas.addEventListener("pointerdown", (event) => {
    const mark = event.isPrimary && marks.at(event);
    if (mark) player.seek(mark.first);
  });
  strip.canvas.addEventListener("pointermove", (event) => {
    const mark = marks.at(event);
    strip.canvas.title = mark ? marks.said(mark) : "";
  });
  strip.canvas.addEventListener("view", () => marks.draw());
  strip.canvas.addEventListener("view", placed);
  speed.addEventListener("change", () => {
    player.pace = Number(speed.value);
    if (player.speed > 0) player.play();
  });
  volume.addEventListener("input", () => {
    player.film.volume = Number(volume.value) / 100;
    player.film.muted = volume.value === "0";
  });
  find("goto-form").addEventListener("submit", goes);
  find("goto-at").addEventListener("input", () => /** @type {HTMLInputElement} */ (find("goto-at")).setCustomValidity(""));
  if (!document.pictureInPictureEnabled) document.querySelector("[data-act=apart]")?.setAttribute("hidden", "");

  remembered();
  shown();
  stands();

  function shown() {
    const { frame } = player;
    const line = draft.lines[at(draft.lines, frame)];
    const scene = draft.scenes[at(draft.scenes, frame)];
    const said = [line && t("line %(number)s", { number: line.number }), scene?.title].filter(Boolean).join(" · ");
    const code = timecode(frame, player.rate);
    find("timecode").textContent = code;
    find("frame").textContent = String(frame);
    find("position").textContent = said;
    range.value = String(frame);
    range.setAttribute("aria-valuetext", [t("frame %(frame)s", { frame }), code, said].filter(Boolean).join(", "));
    strip.follow(frame);
    placed();
  }

  /** Where the frame that is shown stands on the timeline, and which part of the film that shows. */
  function placed() {
    const share = shareOf(strip.view, player.frame + 0.5);
    const { start, stop } = strip.view;
    const head = find("playhead");
    head.hidden = share < 0 || share > 1;
    head.style.setProperty("inset-inline-start", `${share * 100}%`);
    const code = (/** @type {number} */ one) => timecode(one, player.rate);
    find("zoomed").textContent = stop - start < player.frames ? t("%(start)s to %(stop)s", { start: code(Math.floor(start)), stop: code(Math.ceil(stop) - 1) }) : "";
  }

  function stands() {
    pressed("play", !player.paused);
    pressed("loop", player.looping);
    const { speed } = player;
    find("running").textContent = speed !== 0 && speed !== 1 ? `${number.format(speed)} ×` : "";
  }

  function ranged() {
    const { span } = player;
    const frames = span ? span.stop - span.start : 0;
    const said = span ? nt("%(n)s frame from %(start)s", "%(n)s frames from %(start)s", frames, { start: timecode(span.start, player.rate) }) : "";
    find("ranged").textContent = said;
  }

  function sounds() {
    const { volume: loud, muted } = player.film;
    pressed("mute", muted);
    volume.value = String(muted ? 0 : Math.round(loud * 100));
    volume.setAttribute("aria-valuetext", `${volume.value} %`);
    localStorage.setItem("volume", JSON.stringify({ loud, muted }));
  }

  function captioned() {
    const on = [...player.film.textTracks].find((track) => track.mode === "showing");
    pressed("captions", on !== undefined);
    localStorage.setItem("captions", on?.language ?? "");
  }

  function remembered() {
    const kept = JSON.parse(localStorage.getItem("volume") ?? "null");
    if (kept) [player.film.volume, player.film.muted] = [kept.loud, kept.muted];
    const spoken = localStorage.getItem("captions");
    for (const track of player.film.textTracks) track.mode = track.language === spoken ? "showing" : "disabled";
    sounds();
  }

  /** @param {Event} event */
  function goes(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (find("goto-at"));
    const frame = frameWritten(field.value, player.rate);
    const there = frame !== null && frame < player.frames;
    field.setCustomValidity(there ? "" : t("There is no such frame: the last one is %(code)s.", { code: timecode(player.frames - 1, player.rate) }));
    if (!there) return field.reportValidity();
    player.seek(frame);
    /** @type {HTMLDialogElement} */ (find("goto")).close();
  }
}

/** @param {string} act @param {boolean} is */
function pressed(act, is) {
  document.querySelector(`[data-act="${act}"]`)?.setAttribute("aria-pressed", String(is));
}
