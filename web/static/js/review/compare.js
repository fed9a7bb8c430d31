// Two drafts compared: the newer leads, the older follows it line by line, or frame by frame. Standing, both show the
// exact frames that belong together; playing, the follower runs a little faster or slower until it is in step.
import { Align, pace } from "../engine/align.js";
import { timecode } from "../engine/timecode.js";
import { free } from "../keys.js";
import { t } from "../words.js";
import { acts, listen } from "./acts.js";
import { Player } from "./player.js";
import "./changes.js";

/** @typedef {"side" | "wipe" | "difference" | "onion"} Mode */

const MODES = /** @type {Mode[]} */ (["side", "wipe", "difference", "onion"]);
const lead = document.getElementById("after");
const follower = document.getElementById("before");
if (lead instanceof Player && follower instanceof Player) compare(lead, follower);

/** @param {Player} lead @param {Player} follower */
function compare(lead, follower) {
  const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const known = JSON.parse(find("pair").textContent ?? "{}");
  const align = new Align(known.stretches, { was: known.frames.before, now: known.frames.after });
  const pair = /** @type {HTMLElement} */ (document.querySelector(".pair"));
  const place = /** @type {HTMLInputElement} */ (find("place"));
  const mix = /** @type {HTMLInputElement} */ (find("mix"));
  /** @type {readonly { frame: number }[]} */
  let marks = [...document.querySelectorAll("#changes a[data-frame]")].map((one) => ({ frame: Number(one.getAttribute("data-frame")) }));
  /** @type {"line" | "frame"} */
  let by = "line";
  const does = acts(lead, () => marks);
  does.mute = () => sounds(lead.film.muted ? "after" : "before");
  listen(lead, does);

  lead.addEventListener("frame", shown);
  lead.addEventListener("state", shown);
  follower.addEventListener("frame", numbers);
  place.addEventListener("input", () => lead.seek(Number(place.value)));
  mix.addEventListener("input", mixed);
  pair.addEventListener("click", (event) => {
    if (event.target instanceof Element && !lead.contains(event.target)) does.play();
  });
  document.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target.closest("button") : null;
    if (at?.dataset.mode) show(/** @type {Mode} */ (at.dataset.mode));
    if (at?.dataset.by) beside(/** @type {"line" | "frame"} */ (at.dataset.by));
    if (at?.dataset.sounds) sounds(/** @type {"before" | "after"} */ (at.dataset.sounds));
  });
  document.addEventListener("keydown", (event) => {
    if (!free(event) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "v") show(MODES[(MODES.indexOf(mode()) + 1) % MODES.length]);
    else if (key === "w") show(mode() === "wipe" ? "side" : "wipe");
    else if (key === "b") beside(by === "line" ? "frame" : "line");
  });

  show(mode());
  sounds("after");
  shown();

  function mode() {
    return /** @type {Mode} */ (pair.dataset.mode);
  }

  /** @param {Mode} wanted */
  function show(wanted) {
    pair.dataset.mode = wanted;
    pressed("mode", wanted);
    find("mixes").hidden = wanted !== "wipe" && wanted !== "onion";
    find("mix-words").textContent = wanted === "wipe" ? t("Where the wipe stands") : t("How much is seen of the older draft");
    mixed();
  }

  function mixed() {
    pair.style.setProperty("--mix", `${mix.value}%`);
    mix.setAttribute("aria-valuetext", `${mix.value} %`);
  }

  /** @param {"line" | "frame"} wanted */
  function beside(wanted) {
    by = wanted;
    pressed("by", wanted);
    shown();
  }

  /** @param {"before" | "after"} which */
  function sounds(which) {
    lead.film.muted = which !== "after";
    follower.film.muted = which !== "before";
    pressed("sounds", which);
  }

  function shown() {
    follow();
    place.value = String(lead.frame);
    place.setAttribute("aria-valuetext", `${t("frame %(frame)s", { frame: lead.frame })}, ${timecode(lead.frame, lead.rate)}`);
    document.querySelector("[data-act=play]")?.setAttribute("aria-pressed", String(!lead.paused));
    numbers();
  }

  /** The follower goes to where the leader is, or is going. */
  function follow() {
    const playing = lead.speed > 0;
    const at = align[by](playing ? lead.frame : lead.seeker.wanted);
    lacks(at.frame === null ? at.number : undefined);
    if (!playing || at.frame === null || at.held) {
      if (!follower.paused) follower.pause();
      if (at.frame !== null) follower.seek(at.frame);
      return;
    }
    const off = at.frame - follower.frame;
    const share = follower.paused ? null : pace(off, known);
    if (share === null) follower.seek(at.frame);
    if (follower.paused) follower.run(lead.speed);
    follower.film.playbackRate = lead.speed * (share ?? 1);
  }

  /** Says over the follower's picture that it has nothing to show here. @param {number | null | undefined} number of the line; undefined: it has */
  function lacks(number) {
    const blank = find("before-blank");
    blank.hidden = number === undefined;
    pair.toggleAttribute("data-lacks", !blank.hidden);
    const said = number ? t("This draft has no line %(number)s.", { number }) : t("This draft has nothing here.");
    if (!blank.hidden && blank.textContent !== said) blank.textContent = said;
  }

  function numbers() {
    for (const [which, film] of /** @type {const} */ ([["after", lead], ["before", follower]])) {
      const none = which === "before" && !find("before-blank").hidden;
      find(`${which}-code`).textContent = none ? "–" : timecode(film.frame, film.rate);
      find(`${which}-frame`).textContent = none ? "" : String(film.frame);
    }
  }
}

/** @param {string} what @param {string} value */
function pressed(what, value) {
  for (const one of document.querySelectorAll(`button[data-${what}]`)) {
    one.setAttribute("aria-pressed", String(one.getAttribute(`data-${what}`) === value));
  }
}
