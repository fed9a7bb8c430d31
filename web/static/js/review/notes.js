// Notes in the review room: written on the frame that is shown, kept until they are sent, live for all who watch.
import { timecode } from "../engine/timecode.js";
import { secret } from "../secret.js";
import { told } from "../told.js";
import { t } from "../words.js";
import { Cards } from "./cards.js";
import { draft } from "./draft.js";
import { Sheet } from "./drawing.js";
import { Player } from "./player.js";

const at = location.pathname;
const kept = `note-${draft.id}`;
const panel = document.getElementById("notes");

customElements.whenDefined("r-player").then(() => {
  const player = document.querySelector("r-player");
  const list = document.getElementById("notes-list");
  if (player instanceof Player && panel && list) begin(player, panel, list);
});

/** @param {Player} player @param {HTMLElement} panel @param {HTMLElement} list */
function begin(player, panel, list) {
  const composer = /** @type {HTMLFormElement | null} */ (document.getElementById("composer"));
  const sheet = new Sheet(player, draft.size, {
    changed: () => write?.keep(),
    left: () => write?.draws(false),
    said: (words) => {
      const place = panel.querySelector("[data-pen-said]");
      if (place) place.textContent = words;
    },
  });
  const cards = new Cards(list, player, at, (strokes) => sheet.show(strokes));
  const write = composer && composing(composer, player, sheet, cards);
  const decision = /** @type {HTMLElement} */ (document.getElementById("decision"));

  cards.dress(document);
  cards.tell();
  cards.shown();
  player.addEventListener("frame", () => {
    cards.shown();
    for (const line of decision.querySelectorAll("[data-start]")) {
      const { start, stop } = /** @type {HTMLElement} */ (line).dataset;
      line.classList.toggle("on", Number(start) <= player.frame && player.frame < Number(stop));
    }
  });
  document.addEventListener("htmx:after:swap", () => {
    cards.dress(document);
    cards.shown();
  });
  decision.addEventListener("htmx:after:request", decided);
  document.addEventListener("click", (event) => {
    const seeks = event.target instanceof Element ? event.target.closest("[data-seeks]") : null;
    const copies = event.target instanceof Element ? event.target.closest("[data-copies-note]") : null;
    if (seeks && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      player.pause();
      player.seek(Number(seeks.getAttribute("data-seeks")));
    }
    if (copies) void navigator.clipboard.writeText(new URL(copies.getAttribute("data-copies-note") ?? "", location.href).href).then(() => told(t("Copied.")));
  });
  list.addEventListener("submit", (event) => settle(event, cards));
  document.body.addEventListener(`live:video-${draft.video}`, (event) => {
    const { kind, topics } = /** @type {CustomEvent<{ kind?: string, topics: string[] }>} */ (event).detail;
    const id = topics.find((one) => one.startsWith("thing-"))?.slice("thing-".length);
    if (kind?.startsWith("note.") && id) void cards.again(id);
    if (kind?.startsWith("verdict.")) document.body.dispatchEvent(new CustomEvent("verdicts"));
  });
  document.addEventListener("ask", (event) => {
    document.dispatchEvent(new CustomEvent("tab", { detail: "notes" }));
    write?.ask(/** @type {CustomEvent} */ (event).detail);
  });
  const marked = list.querySelector(".marked");
  if (marked instanceof HTMLElement) {
    document.dispatchEvent(new CustomEvent("tab", { detail: "notes" }));
    marked.scrollIntoView({ block: "center" });
  }
}

/** A form of a card does its work without leaving the page. @param {SubmitEvent} event @param {Cards} cards */
async function settle(event, cards) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const id = /^\/notes\/([\w-]+)/.exec(new URL(form.action).pathname)?.[1];
  if (!id) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  body.delete("beside");
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", headers: { "X-CSRF-Token": secret } });
  if (answer.type !== "opaqueredirect") return told(t("This did not work. Load the page again."));
  const root = /** @type {HTMLElement | null} */ (form.closest("[data-note]"))?.dataset.note ?? id;
  form.reset();
  await cards.again(root);
}

/** What was asked to change is asked: its form closes, and one stands where it opened. @param {Event} event */
function decided(event) {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (!ctx.response?.raw?.ok || !(event.target instanceof HTMLFormElement)) return;
  told(t("Saved."));
  const more = event.target.closest("details");
  if (!more) return;
  event.target.reset();
  more.open = false;
  more.querySelector("summary")?.focus();
}

/**
 * Where notes are written.
 * @param {HTMLFormElement} form
 * @param {Player} player
 * @param {Sheet} sheet
 * @param {Cards} cards
 */
function composing(form, player, sheet, cards) {
  const find = (/** @type {string} */ what) => /** @type {HTMLElement} */ (form.querySelector(what));
  const text = /** @type {HTMLTextAreaElement} */ (find("#note-text"));
  const chip = find("[data-chip]");
  const ranged = find("[data-ranged]");
  const drawer = find("[data-draws]");
  const pens = find("[data-pens]");
  const alternative = /** @type {HTMLInputElement} */ (find("#note-alternative"));
  const files = /** @type {HTMLInputElement} */ (find("#note-files"));
  const named = find("#note-named");
  const wrong = find("#note-wrong");
  const mention = /** @type {HTMLSelectElement | null} */ (form.querySelector("#note-mention"));
  const box = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (form.querySelector(`[name=${name}]`));
  /** @type {{ start: number, stop: number } | null} the frames it is on; null: those that are shown */
  let on = null;
  /** @type {Map<string, string>} */
  let names = new Map();
  let sending = false;

  find(".frames").hidden = true;
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(".frames input"))) field.disabled = true;
  for (const shown of [find(".chips"), drawer, find(".attaches")]) shown.hidden = false;
  player.addEventListener("frame", chips);
  player.addEventListener("range", chips);
  chip.addEventListener("click", () => {
    on = null;
    hold();
  });
  ranged.addEventListener("click", () => {
    on = on && player.span && on.start === player.span.start && on.stop === player.span.stop ? null : player.span;
    if (!on) hold();
    keep();
  });
  text.addEventListener("input", () => {
    if (!player.paused) player.pause();
    if (!on) hold();
    keep();
  });
  form.addEventListener("change", keep);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    if (event.key === "Escape" && document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  let typed = false; // a letter or an arrow key goes through the list: who is meant is known at Enter, or when one goes on
  mention?.addEventListener("pointerdown", () => (typed = false));
  mention?.addEventListener("keydown", (event) => {
    typed = event.key !== "Enter";
    if (!typed && mentions()) {
      event.preventDefault();
      event.stopPropagation();
      text.focus();
    }
  });
  mention?.addEventListener("change", () => !typed && mentions() && text.focus());
  mention?.addEventListener("blur", mentions);
  drawer.addEventListener("click", () => draws(!sheet.active));
  pens.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    const { stroke, colour } = button.dataset;
    if (stroke) sheet.kind = /** @type {any} */ (stroke);
    if (colour) sheet.colour = /** @type {any} */ (colour);
    for (const one of pens.querySelectorAll(stroke ? "[data-stroke]" : colour ? "[data-colour]" : "none")) one.setAttribute("aria-pressed", String(one === button));
    if ("undo" in button.dataset) sheet.undo();
    if ("redo" in button.dataset) sheet.redo();
    if ("wipe" in button.dataset) sheet.wipe();
  });
  restore();
  chips();
  return { keep, draws, ask };

  /** It stands on the frame that is shown from now on, whatever is shown later. */
  function hold() {
    on = { start: player.frame, stop: player.frame + 1 };
    chips();
  }

  function chips() {
    const { start, stop } = on ?? { start: player.frame, stop: player.frame + 1 };
    const code = timecode(start, player.rate);
    const words = stop - start > 1 ? t("on %(start)s–%(stop)s", { start: code, stop: timecode(stop - 1, player.rate) }) : t("on %(code)s, frame %(frame)s", { code, frame: start });
    find("[data-on]").textContent = words;
    const { span } = player;
    ranged.hidden = span === null;
    ranged.setAttribute("aria-pressed", String(span !== null && on?.start === span.start && on?.stop === span.stop));
  }

  /** Puts who is chosen into the text. @returns {boolean} whether anybody is */
  function mentions() {
    const chosen = mention?.selectedOptions[0];
    if (!mention || !chosen?.value) return false;
    names.set(chosen.value, chosen.text);
    text.setRangeText(`@${chosen.text} `, text.selectionStart, text.selectionEnd, "end");
    mention.selectedIndex = 0;
    keep();
    return true;
  }

  /** @param {boolean} active */
  function draws(active) {
    if (active && !player.paused) player.pause();
    if (active && !on) hold();
    sheet.draws(active);
    pens.hidden = !active;
    drawer.setAttribute("aria-pressed", String(active));
    if (!active) text.focus();
  }

  /** @param {"note" | "draw"} what */
  function ask(what) {
    player.pause();
    if (!text.value) on = null;
    if (!on) hold();
    if (what === "draw") draws(true);
    else text.focus();
  }

  /** What is written is kept by the browser until it is sent. */
  function keep() {
    for (const [id, name] of names) if (!text.value.includes(`@${name}`)) names.delete(id);
    named.hidden = !names.size;
    named.textContent = names.size ? t("For %(names)s", { names: [...names.values()].join(", ") }) : "";
    chips();
    const whole = { text: text.value, on, blocks: box("blocks")?.checked, internal: box("internal")?.checked, names: [...names], strokes: sheet.drawn.strokes, alternative: alternative.value };
    const writing = text.value && { text: text.value.slice(0, 2000), frame: on?.start ?? player.frame, shown: !whole.internal };
    document.dispatchEvent(new CustomEvent("writing", { detail: writing || null }));
    if (text.value || sheet.drawn.strokes.length) localStorage.setItem(kept, JSON.stringify(whole));
    else localStorage.removeItem(kept);
  }

  function restore() {
    const whole = JSON.parse(localStorage.getItem(kept) ?? "null");
    if (!whole) return;
    text.value = whole.text;
    on = whole.on;
    names = new Map(whole.names);
    for (const name of ["blocks", "internal"]) {
      const field = box(name);
      if (field) field.checked = Boolean(whole[name]);
    }
    alternative.value = whole.alternative;
    sheet.set(whole.strokes);
    keep();
  }

  async function send() {
    if (sending) return;
    if (!text.value.trim()) {
      text.reportValidity();
      return;
    }
    sending = true;
    wrong.hidden = true;
    const { start, stop } = on ?? { start: player.frame, stop: player.frame + 1 };
    const drawing = sheet.drawn.strokes.length ? { strokes: sheet.drawn.strokes, alternative: alternative.value } : null;
    const body = { text: text.value, start, stop, drawing, mentions: [...names.keys()], blocks: box("blocks")?.checked ?? false, internal: box("internal")?.checked ?? false };
    try {
      const answer = await fetch(`/api/v1/drafts/${draft.id}/notes`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": secret }, body: JSON.stringify(body) });
      const made = await answer.json();
      if (!answer.ok) return refused([made.title, made.detail].filter(Boolean).join(". "));
      await attached(made.id);
      form.reset();
      on = null;
      names.clear();
      sheet.draws(false);
      sheet.set([]);
      pens.hidden = true;
      drawer.setAttribute("aria-pressed", "false");
      keep();
      const card = await cards.again(made.id);
      card?.scrollIntoView({ block: "nearest" });
      card?.focus({ preventScroll: true });
      told(t("The note is sent."));
    } catch {
      refused(t("The studio does not answer. Try again."));
    } finally {
      sending = false;
    }
  }

  /** @param {string} id */
  async function attached(id) {
    for (const file of files.files ?? []) {
      const answer = await fetch(`/api/v1/notes/${id}/files?name=${encodeURIComponent(file.name.slice(-120))}`, { method: "POST", headers: { "X-CSRF-Token": secret }, body: file });
      if (!answer.ok) told(t("%(name)s could not be attached: it is too large, or one too many.", { name: file.name }));
    }
  }

  /** @param {string} words */
  function refused(words) {
    wrong.hidden = false;
    wrong.textContent = words;
  }
}
