// What changed since another draft: a list that leads to each change, and the film played only there. The list comes as a
// fragment; what is to play stands in its attribute. Tells the document `changes` ([{start, stop, words}]): marks for the
// timeline.
import { after, skip } from "../engine/playlist.js";
import { free } from "../keys.js";
import { t } from "../words.js";
import { Player } from "./player.js";

/** @typedef {{ parts: [number, number][], marks: { start: number, stop: number, words: string }[] }} Played */

const panel = document.getElementById("changes");
const player = document.getElementById("after") ?? document.querySelector("r-player");
if (panel && player instanceof Player) changes(panel, player);

/** @param {HTMLElement} panel @param {Player} player */
export function changes(panel, player) {
  /** @type {[number, number][]} */
  let parts = [];
  let only = false;
  let part = 0;

  panel.addEventListener("click", (event) => {
    const at = event.target instanceof Element ? event.target : null;
    const link = at?.closest("a[data-frame]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      stop();
      player.seek(Number(link.getAttribute("data-frame")));
    }
    const act = at?.closest("[data-only-act]")?.getAttribute("data-only-act");
    if (act) does[act]?.();
  });
  document.addEventListener("keydown", (event) => {
    if (!free(event) || document.querySelector("dialog[open]")) return;
    const act = { e: "play", r: "back", t: "on", v: "compare" }[event.key.toLowerCase()];
    if (act) does[act]?.();
  });
  player.addEventListener("frame", shown);
  player.addEventListener("state", () => {
    if (only && player.speed < 0) stop();
    told();
  });
  document.addEventListener("htmx:after:swap", list);
  list();

  /** @type {Record<string, () => void>} */
  const does = {
    play: () => (only && !player.paused ? player.pause() : begin()),
    back: () => go(skip(parts, player.frame, -1, Math.round(player.rate[0] / player.rate[1]))),
    on: () => go(skip(parts, player.frame, 1, 0)),
    compare: () => {
      const way = panel.querySelector("a[data-compares]");
      if (way instanceof HTMLAnchorElement) location.assign(`${way.href}?f=${player.frame}`);
    },
  };

  /** The list is there, or another one. */
  function list() {
    const held = panel.querySelector("#changed");
    if (!(held instanceof HTMLElement) || held.hasAttribute("data-known")) return;
    held.setAttribute("data-known", "");
    const played = /** @type {Played} */ (JSON.parse(held.getAttribute("data-played") ?? "{}"));
    parts = played.parts;
    document.dispatchEvent(new CustomEvent("changes", { detail: played.marks }));
    if (!panel.hasAttribute("data-only") || !parts.length) return;
    panel.removeAttribute("data-only");
    document.dispatchEvent(new CustomEvent("tab", { detail: panel.id }));
    begin();
  }

  function begin() {
    if (!parts.length) return;
    const going = after(parts, player.frame);
    only = true;
    if (going.over) go(0);
    else if (going.jump !== null) go(going.part);
    else {
      part = going.part;
      player.play();
      told();
    }
  }

  /** @param {number} index */
  function go(index) {
    if (!parts.length) return;
    const was = only && !player.paused;
    part = index;
    player.seek(parts[index][0]);
    if (only && !was) player.play();
    told();
  }

  function stop() {
    only = false;
    told();
  }

  function shown() {
    if (!only || player.speed <= 0) return;
    const going = after(parts, player.frame);
    part = going.part;
    if (going.over) {
      player.pause();
      only = false;
    } else if (going.jump !== null) player.seek(going.jump);
    told();
  }

  function told() {
    panel.querySelector("[data-only-act=play]")?.setAttribute("aria-pressed", String(only && !player.paused));
    const place = panel.querySelector("#part");
    const said = only ? t("%(n)s of %(of)s", { n: part + 1, of: parts.length }) : "";
    if (place && place.textContent !== said) place.textContent = said;
  }
}
