// The notes that are listed: brought up to date when something happens to some, told to the timeline, shown over the picture.
import { timecode } from "../engine/timecode.js";

/** @typedef {{ id: string, frame: number | null, of: string }} Flag a note, its first frame, and the lists that it is in */

const SOON = 300; // ms in which all that happens is fetched at once
const REST = 3; // times as long as the last answer took, until the next is asked for: a studio that is slow is asked less
const DOWN = 1000; // ms that an answer took that did not come
const MOST = 100; // notes that are asked for at once: AT_ONCE in web/reviewed.py
const LONG = 150; // cards after which a list is cut to MOST: the others are on its next page

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
  const more = old.querySelector("details[data-more] > .more"); // it was fetched when it was wanted
  if (more && kept.some((form) => more.contains(form))) fresh.querySelector("details[data-more] > a")?.replaceWith(more);
  for (const form of kept) if (!fresh.contains(form)) fresh.querySelector(`form[action="${form.getAttribute("action")}"]`)?.replaceWith(form);
  return active && (fresh.contains(active) ? active : (opened[fold]?.querySelector("summary") ?? fresh));
}

export class Cards {
  /** Every note of the draft. @type {Map<string, Flag>} */
  flags = new Map();
  /** @type {Set<string>} notes to which something happened */
  #news = new Set();
  #waits = false;
  #took = 0;

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

  get #listed() {
    return /** @type {HTMLElement | null} */ (this.list.querySelector("ol.notes"));
  }

  /** The card of a note. @param {string} id @returns {HTMLElement | null} */
  card(id) {
    return this.list.querySelector(`[data-note="${id}"]`);
  }

  /** Where notes stand, for the timeline. */
  tell() {
    const detail = [...this.flags.values()].filter((one) => one.frame !== null).map(({ frame, of }) => ({ frame, open: of.includes("open") }));
    document.dispatchEvent(new CustomEvent("notes", { detail }));
  }

  /** Something happened to a note, or to an answer to one: it is fetched soon, with all others. @param {string} id */
  hear(id) {
    this.#news.add(id);
    if (this.#waits) return;
    this.#waits = true;
    setTimeout(async () => {
      const began = performance.now();
      const some = [...this.#news].slice(0, MOST);
      for (const one of some) this.#news.delete(one);
      const { first = "0", last } = this.#listed?.dataset ?? {};
      try {
        await this.#fetch(some, last ? { first, last } : { first }, false);
        this.#took = performance.now() - began;
      } catch {
        for (const one of some) this.#news.add(one); // the studio does not answer: it is asked again
        this.#took = DOWN;
      }
      this.#waits = false;
      const [next] = this.#news;
      if (next) this.hear(next);
    }, Math.max(SOON, this.#took * REST));
  }

  /** Fetches a note at once, whatever is listed. @param {string} id it, or an answer to it @returns {Promise<HTMLElement | null>} its card */
  async bring(id) {
    const [root] = await this.#fetch([id], {}, true);
    return root ? this.card(root) : null;
  }

  /** @param {string[]} ids @param {Record<string, string>} within the frames of the list @param {boolean} wanted whatever is listed */
  async #fetch(ids, within, wanted) {
    const query = new URLSearchParams([...ids.map((id) => ["note", id]), ...Object.entries(within)]);
    const answer = await fetch(`${this.at}/notes/news?${query}`);
    if (answer.status >= 500) throw new Error("it is asked again later");
    if (!answer.ok) return [];
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    /** @type {Flag[]} */
    const flags = JSON.parse(made.content.querySelector("script")?.textContent ?? "[]");
    const known = new Set(flags.map((one) => one.id));
    for (const id of ids) if (!known.has(id) && this.flags.has(id)) this.#drop(id);
    for (const flag of flags) this.#count(this.flags.get(flag.id), flag).set(flag.id, flag);
    for (const card of /** @type {NodeListOf<HTMLElement>} */ (made.content.querySelectorAll("[data-note]"))) this.#put(card, wanted);
    this.#cut();
    this.tell();
    this.shown();
    return [...known];
  }

  /** @param {string} id */
  #drop(id) {
    this.card(id)?.remove();
    this.#count(this.flags.get(id), undefined).delete(id);
  }

  /** Counts a note anew in every list. @param {Flag | undefined} before @param {Flag | undefined} after */
  #count(before, after) {
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll("[data-count]"))) {
      const which = place.dataset.count ?? "";
      const more = Number(after?.of.includes(which) ?? false) - Number(before?.of.includes(which) ?? false);
      if (more) place.textContent = String(Number(place.textContent) + more);
    }
    return this.flags;
  }

  /** @param {HTMLElement} card @param {boolean} wanted whatever is listed */
  #put(card, wanted) {
    const id = card.dataset.note ?? "";
    const old = this.card(id);
    const notes = this.#listed;
    if (old) {
      const goes = began(old, card);
      old.replaceWith(card);
      goes?.focus({ preventScroll: true });
    } else if (notes && (wanted || this.flags.get(id)?.of.includes(notes.dataset.which ?? "all"))) {
      this.list.querySelector(":scope > p.quiet")?.remove();
      const start = Number(card.dataset.start ?? Infinity);
      const after = [...notes.children].find((one) => Number(/** @type {HTMLElement} */ (one).dataset.start ?? Infinity) > start);
      notes.insertBefore(card, after ?? null);
    }
    this.dress(card);
  }

  /** A list that grew long while others wrote ends where its first page ends. */
  #cut() {
    const notes = this.#listed;
    if (!notes || notes.children.length <= LONG) return;
    for (const card of [...notes.children].slice(MOST)) if (!card.contains(document.activeElement)) card.remove();
    notes.dataset.last = /** @type {HTMLElement} */ (notes.children[MOST - 1]).dataset.start ?? String(this.player.frames);
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
