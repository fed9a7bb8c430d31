// What can be done with the film: each by a button (`data-act` holds its name) and by a key. Keys are told by what they
// write, so that they are where an AZERTY keyboard has them; no digit and no bracket is among them.
import { faster, Shuttle } from "../engine/shuttle.js";
import { around } from "../engine/follow.js";
import { free } from "../keys.js";
import { draft } from "./draft.js";

/** @typedef {import("./player.js").Player} Player */

/** @type {Record<string, string>} */
const KEYS = {
  " ": "play", ArrowLeft: "frame-back", ArrowRight: "frame-on", ",": "frame-back", ";": "frame-on", ".": "frame-on",
  "Shift+ArrowLeft": "second-back", "Shift+ArrowRight": "second-on", ArrowUp: "line-back", ArrowDown: "line-on",
  Home: "first", End: "last", i: "in", o: "out", x: "clear", n: "note-on", p: "note-back", c: "note", d: "draw",
  s: "captions", g: "goto", m: "mute", f: "full", "+": "nearer", "=": "nearer", "-": "farther",
}; // prettier-ignore
const MOVES = ["Home", "End", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]; // what a slider does with keys itself

/**
 * Everything that acts on the film.
 * @param {Player} player
 * @param {() => readonly { frame: number }[]} notes
 * @returns {Record<string, () => void>}
 */
export function acts(player, notes) {
  const second = Math.round(player.rate[0] / player.rate[1]);
  const lines = draft.lines.map((line) => line.start).sort((one, other) => one - other);
  const to = (/** @type {number | null} */ frame) => frame !== null && player.seek(frame);
  const marks = () => notes().map((note) => note.frame).sort((one, other) => one - other);
  const ask = (/** @type {string} */ what) => document.dispatchEvent(new CustomEvent("ask", { detail: what }));
  const within = () => player.span ?? { start: 0, stop: player.frames };
  return {
    play: () => (player.paused ? player.play() : player.pause()),
    back: () => player.run(faster(player.speed, -1)),
    on: () => player.run(faster(player.speed, 1)),
    "frame-back": () => player.step(-1),
    "frame-on": () => player.step(1),
    "second-back": () => player.step(-second),
    "second-on": () => player.step(second),
    "line-back": () => to(around(lines, player.seeker.wanted).before),
    "line-on": () => to(around(lines, player.seeker.wanted).after),
    first: () => player.seek(0),
    last: () => player.seek(player.frames - 1),
    in: () => (player.span = { start: player.frame, stop: Math.max(player.frame + 1, within().stop) }),
    out: () => (player.span = { start: Math.min(player.frame, within().start), stop: player.frame + 1 }),
    clear: () => player.loop(null),
    loop: () => player.loop(player.looping ? null : within()),
    "note-back": () => to(around(marks(), player.seeker.wanted).before),
    "note-on": () => to(around(marks(), player.seeker.wanted).after),
    note: () => ask("note"),
    draw: () => ask("draw"),
    captions: () => {
      const tracks = [...player.film.textTracks]; // none, then each language, then none again
      const now = tracks.findIndex((track) => track.mode === "showing");
      tracks.forEach((track, number) => (track.mode = number === now + 1 ? "showing" : "disabled"));
    },
    mute: () => (player.film.muted = !player.film.muted),
    apart: () => void (document.pictureInPictureElement ? document.exitPictureInPicture() : player.film.requestPictureInPicture()),
    goto: () => {
      const dialog = document.getElementById("goto");
      if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    },
    full: () => void (document.fullscreenElement ? document.exitFullscreen() : player.closest(".theatre")?.requestFullscreen()),
  };
}

/** Listens for keys and buttons. @param {Player} player @param {Record<string, () => void>} does */
export function listen(player, does) {
  const shuttle = new Shuttle();
  const jkl = (/** @type {string} */ key) => (key === "j" || key === "k" || key === "l" ? key : null);
  const run = (/** @type {number} */ speed) => speed !== player.speed && player.run(speed);
  const act = (/** @type {string} */ name) => {
    document.dispatchEvent(new CustomEvent("act", { detail: name }));
    does[name]?.();
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
    if (button) act(button.getAttribute("data-act") ?? "");
  });
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.ctrlKey && event.key.toLowerCase() === "l" && !event.defaultPrevented) {
      event.preventDefault();
      return act("loop");
    }
    const at = event.target instanceof HTMLElement ? event.target : document.body;
    if (!free(event) || (at.matches("input") && MOVES.includes(event.key))) return;
    if (event.key === " " && at.closest("a, button, summary, [role=tab]")) return; // it is pressed by that
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const held = jkl(key);
    const named = KEYS[event.shiftKey && key.length > 1 ? `Shift+${key}` : key];
    if (held) run(shuttle.press(held, player.speed));
    else if (named) act(named);
    else return;
    event.preventDefault();
  });
  document.addEventListener("keyup", (event) => {
    const held = jkl(event.key.toLowerCase());
    if (held) run(shuttle.release(held, player.speed));
  });
  addEventListener("blur", () => shuttle.drop());
}
