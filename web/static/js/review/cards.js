// The notes that are listed: brought up to date when something happens to one, told to the timeline, shown over the picture.
import { timecode } from "../engine/timecode.js";

/** @typedef {{ id: string, frame: number | null, words: string, state: string }} Flag */

/**
 * What somebody began in a card goes on in the fresh one: what is open there, what is written and not sent. What they
 * pressed is done with, and closed. Gives what they are at.
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh
 * @returns {HTMLElement | null}
 */
function began(old, fresh) {
  const active = document.activeElement instanceof HTMLElement && old.contains(document.activeElement) ? document.activeElement : null;
  const folds = [...old.querySelectorAll("details")];
  const fold = folds.findIndex((one) => one.firstElementChild === active);
  /** @param {HTMLFormElement} form */
  const writes = (form) => (active?.matches("textarea, select, input") && form.contains(active)) || [...form.querySelectorAll("textarea")].some((one) => one.value !== one.defaultValue);
  const kept = [...old.querySelectorAll("form")].filter(writes);
  const stays = active === null || fold >= 0 || kept.length > 0;
  const opened = fresh.querySelectorAll("details");
  opened.forEach((one, index) => (one.open = stays && (folds[index]?.open ?? false)));
  for (const form of kept) fresh.querySelector(`form[action="${form.getAttribute("action")}"]`)?.replaceWith(form);
  return active && (fresh.contains(active) ? active : (opened[fold]?.querySelector("summary") ?? fresh));
}

export class Cards {
  /** @type {Map<string, Flag>} */
  flags = new Map();

  /**
   * @param {HTMLElement} list
   * @param {import("./player.js").Player} player
   * @param {string} at the address of the draft
   * @param {(strokes: import("../engine/strokes.js").Stroke[]) => void} show
   */
  constructor(list, player, at, show) {
    this.list = list;
    this.player = player;
    this.at = at;
    this.show = show;
    for (const one of JSON.parse(document.getElementById("note-flags")?.textContent ?? "[]")) this.flags.set(one.id, one);
  }

  /** The card of a note. @param {string} id @returns {HTMLElement | null} */
  card(id) {
    return this.list.querySelector(`[data-note="${id}"]`) ?? document.getElementById(`note-${id}`)?.closest("[data-note]") ?? null;
  }

  /** Where notes stand, for the timeline. */
  tell() {
    const told = [...this.flags.values()].filter((one) => one.frame !== null);
    const detail = told.map((one) => ({ frame: one.frame, href: `${this.at}?f=${one.frame}&note=${one.id}`, words: one.words, state: one.state }));
    document.dispatchEvent(new CustomEvent("notes", { detail }));
  }

  /** Fetches the card of a note again, or of the note that it answers. @param {string} id @returns {Promise<HTMLElement | null>} */
  async again(id) {
    const answer = await fetch(`${this.at}/notes/${id}`);
    const there = this.card(id);
    if (answer.status !== 200) {
      if (there?.dataset.note === id) there.remove();
      this.flags.delete(id);
      this.tell();
      return null;
    }
    const made = document.createElement("template");
    made.innerHTML = (await answer.text()).trim();
    const card = /** @type {HTMLElement} */ (made.content.firstElementChild);
    /** @type {Flag} */
    const flag = JSON.parse(card.dataset.flag ?? "null");
    this.flags.set(flag.id, flag);
    const old = /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-note="${flag.id}"]`));
    if (old) {
      const goes = began(old, card);
      old.replaceWith(card);
      goes?.focus({ preventScroll: true });
    } else this.#insert(card);
    this.dress(card);
    this.tell();
    this.shown();
    return card;
  }

  /** @param {HTMLElement} card */
  #insert(card) {
    const notes = this.list.querySelector("ol.notes");
    if (!notes) return;
    this.list.querySelector(":scope > p.quiet")?.remove();
    const start = Number(card.dataset.start ?? Infinity);
    const after = [...notes.children].find((one) => Number(/** @type {HTMLElement} */ (one).dataset.start ?? Infinity) > start);
    notes.insertBefore(card, after ?? null);
  }

  /** Timecodes as the film's rate has them. @param {ParentNode} part */
  dress(part) {
    for (const one of part.querySelectorAll("[data-code]")) one.textContent = timecode(Number(/** @type {HTMLElement} */ (one).dataset.code), this.player.rate);
  }

  /** What is drawn on the frame that is shown; the cards of it are marked. */
  shown() {
    const { frame } = this.player;
    /** @type {import("../engine/strokes.js").Stroke[]} */
    const strokes = [];
    for (const card of /** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll("[data-start]"))) {
      const on = Number(card.dataset.start) <= frame && frame < Number(card.dataset.stop);
      if (on !== card.classList.contains("on")) card.classList.toggle("on", on);
      if (on && card.dataset.drawing) strokes.push(...JSON.parse(card.dataset.drawing).strokes);
    }
    this.show(strokes);
  }
}
