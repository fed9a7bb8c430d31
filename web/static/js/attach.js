// Animations, dropped on a cue or an asset, or chosen with its button: each becomes the next version of what it is for.
import { dropped } from "./drop.js";
import { told } from "./told.js";
import { take } from "./tray.js";
import { t } from "./words.js";
import { zipped } from "./zip.js";

/** @typedef {import("./drop.js").Chosen} Chosen */

/** Lets every place of the page that takes files have them; fragments that come later as well. */
export function attach() {
  document.addEventListener("dragover", (event) => {
    const place = placed(event);
    for (const lit of document.querySelectorAll(".takes-file")) if (lit !== place) lit.classList.remove("takes-file");
    if (!place || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    place.classList.add("takes-file");
  });
  document.addEventListener("drop", async (event) => {
    const place = placed(event);
    for (const lit of document.querySelectorAll(".takes-file")) lit.classList.remove("takes-file");
    if (!place || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const words = chosenWords(place);
    const given = await dropped(event.dataTransfer);
    await (place.dataset.line ? propose(place, words, given) : send(place, given));
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-attaches]") : null;
    const place = /** @type {HTMLElement | null} */ (button?.closest("[data-takes]") ?? null);
    if (!button || !place) return;
    const input = document.createElement("input");
    input.type = "file";
    if (button.getAttribute("data-attaches") === "folder") input.webkitdirectory = true;
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      void send(place, files.map((file) => ({ file, path: file.webkitRelativePath || file.name, handle: null })));
    });
    input.click();
  });
}

/** The place that a drop is on; anywhere on a page that has only one. @param {DragEvent} event */
function placed(event) {
  const at = event.target instanceof Element ? event.target : null;
  const on = at?.closest("[data-takes]") ?? at?.closest("article.lined")?.querySelector("[data-line]");
  const only = document.querySelectorAll("[data-takes-all]");
  return /** @type {HTMLElement | null} */ (on ?? (only.length === 1 ? only[0] : null));
}

/**
 * Sends what was given as one version: a file, or the numbered pictures of a folder as a zip.
 * @param {HTMLElement} place
 * @param {Chosen[]} given
 * @returns {Promise<boolean>} whether it is on its way
 */
async function send(place, given) {
  const one = await single(given);
  if (!one) return false;
  const { reference, takes, puts } = place.dataset;
  await take(takes ?? puts ?? "", reference ? { kind: "asset", reference } : {}, [one]);
  told(t("%(name)s is on its way.", { name: one.file.name }));
  return true;
}

/** @param {Chosen[]} given @returns {Promise<Chosen | null>} */
async function single(given) {
  const files = given.filter((one) => !one.file.name.startsWith("."));
  if (!files.length) return null;
  if (files.length === 1 && !files[0].path.includes("/")) return files[0];
  const pictures = files.filter((one) => /\d+\.(png|tiff?|jpe?g|webp)$/i.test(one.file.name));
  if (pictures.length !== files.length) {
    told(t("Send one file, or one folder of numbered pictures."));
    return null;
  }
  const folder = files[0].path.split("/").slice(0, -1).pop() ?? files[0].file.name.replace(/[\W_]*\d+\.\w+$/, "");
  const file = await zipped(folder || "pictures", pictures.map((one) => one.file));
  if (!file) told(t("These pictures are more than 4 GB: send them as a film, or in a zip of your own."));
  return file && { file, path: file.name, handle: null };
}

/**
 * On words without a cue: the file is sent as an asset of its own name, and the cue that shows it is proposed there.
 * @param {HTMLElement} place
 * @param {[number, number] | null} words
 * @param {Chosen[]} given
 */
async function propose(place, words, given) {
  const first = given[0]?.path.split("/")[0] ?? "";
  const name = first.replace(/\.[^.]+$/, "").replace(/[@_-]v\d+$/i, "").trim().replace(/[\s[\]|]+/g, "-");
  if (!name) return;
  place.dataset.reference = name;
  if (!(await send(place, given))) return;
  const asked = new URLSearchParams({ line: place.dataset.line ?? "", cue: `[show ${name}]` });
  if (words) {
    asked.set("at", String(words[0]));
    asked.set("until", String(words[1]));
  }
  window.location.assign(`${place.dataset.proposes}?${asked}`);
}

/** The words that are chosen in a line, half-open, by their index. @param {HTMLElement} place @returns {[number, number] | null} */
function chosenWords(place) {
  const said = place.closest("article")?.querySelector(".words");
  const chosen = window.getSelection();
  if (!said || !chosen?.rangeCount || chosen.isCollapsed) return null;
  const range = chosen.getRangeAt(0);
  if (!said.contains(range.startContainer) || !said.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(said);
  const number = said.querySelector(".number");
  if (number) before.setStartAfter(number);
  before.setEnd(range.startContainer, range.startOffset);
  const start = counted(before.toString());
  const text = range.toString().trim();
  return text ? [start, start + counted(text)] : null;
}

/** How many words begin in a text. @param {string} text */
function counted(text) {
  return (text.match(/\S+/g) ?? []).length;
}
