// Notes on their way to the studio. The browser keeps each until the studio has it, under an id that it has from the start:
// one that is sent twice, because an answer was lost or the studio fell over, is there once.
import { newId } from "../engine/ids.js";
import { secret } from "../secret.js";
import { t } from "../words.js";
import { draft } from "./draft.js";

/** @typedef {{ id: string, text: string, [field: string]: unknown }} Note as the API takes it */

const AGAIN = 3000; // ms until what did not arrive is sent again, and up to as long more, so that not all come at once
const kept = `sending-${draft.id}`;

export class Outbox {
  /** @type {Map<string, File[]>} */
  #files = new Map();
  #busy = false;

  /**
   * @param {HTMLElement} place where those that wait are listed
   * @param {{ sent: (note: Note, files: File[]) => Promise<void>, refused: (note: Note, words: string) => void }} told
   */
  constructor(place, told) {
    this.place = place;
    this.told = told;
    if (this.#notes.length) void this.send();
  }

  /** @returns {Note[]} */
  get #notes() {
    return JSON.parse(localStorage.getItem(kept) ?? "[]");
  }

  /** @param {Note[]} notes */
  set #notes(notes) {
    if (notes.length) localStorage.setItem(kept, JSON.stringify(notes));
    else localStorage.removeItem(kept);
  }

  /** Takes a note, and sends it. @param {{ text: string, [field: string]: unknown }} note @param {File[]} files */
  put(note, files) {
    const id = newId(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
    this.#files.set(id, files);
    this.#notes = [...this.#notes, { ...note, id }];
    void this.send();
  }

  /** Sends what waits, one after the other, until the studio has all of it. */
  async send() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let [note] = this.#notes; note; [note] = this.#notes) await this.#one(note);
    } catch {
      setTimeout(() => void this.send(), AGAIN * (1 + Math.random()));
    } finally {
      this.#busy = false;
      this.#show();
    }
  }

  /** @param {Note} note */
  async #one(note) {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": secret };
    const answer = await fetch(`/api/v1/drafts/${draft.id}/notes`, { method: "POST", headers, body: JSON.stringify(note) });
    if (answer.status >= 500 || answer.status === 429) throw new Error("it is sent again later");
    const said = answer.ok ? null : await answer.json();
    this.#notes = this.#notes.filter((one) => one.id !== note.id);
    const files = this.#files.get(note.id) ?? [];
    this.#files.delete(note.id);
    if (said) this.told.refused(note, [said.title, said.detail].filter(Boolean).join(". "));
    else await this.told.sent(note, files);
  }

  #show() {
    const notes = this.#notes;
    this.place.hidden = !notes.length;
    this.place.replaceChildren(
      ...notes.map((note) => {
        const item = document.createElement("li");
        item.textContent = t("Kept here, and sent when the studio answers: %(text)s", { text: note.text });
        return item;
      }),
    );
  }
}
