// Tries the player in this very browser, at each rate, and says in words how it went.
import { nt, t } from "../words.js";
import { Player } from "./player.js";
import { proof, wrong } from "./proof.js";

/** @typedef {{ name: string, rate: string, frames: number, seams: number[], film: string }} Film */

const PLAN = { seeks: 25, steps: 20, plays: 2 }; // at each rate
/** @type {Film[]} */
const films = JSON.parse(document.getElementById("films")?.textContent ?? "[]");
const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const button = /** @type {HTMLButtonElement} */ (find("try"));
const bar = /** @type {HTMLProgressElement} */ (find("trying"));

button.addEventListener("click", async () => {
  button.disabled = true;
  find("tried").replaceChildren();
  find("verdict").textContent = "";
  let [looked, bad] = [0, 0];
  if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) {
    for (const [number, film] of films.entries()) {
      find("trying-words").textContent = t("Trying %(rate)s frames a second", { rate: film.name });
      const all = await tried(film, (done, of) => (bar.value = ((number + done / of) / films.length) * 100));
      looked += all.length;
      bad += wrong(all).length;
      told(film, all);
    }
    find("trying-words").textContent = t("Tried");
    find("verdict").textContent = bad
      ? nt("Failed: %(n)s picture of %(looked)s is not the one that was asked for. Write no notes on frames with this browser.", "Failed: %(n)s pictures of %(looked)s are not those that were asked for. Write no notes on frames with this browser.", bad, { looked })
      : t("Passed: %(looked)s pictures were looked at, and each was the one that was asked for.", { looked });
  } else find("verdict").textContent = t("Failed: this browser does not tell which picture it shows. Update it, or take another.");
  button.disabled = false;
});

/** @param {Film} film @param {(done: number, of: number) => void} progress */
async function tried(film, progress) {
  const stage = find("stage");
  stage.innerHTML = `<r-player rate="${film.rate}" frames="${film.frames}" size="160x96"><video slot="film" muted playsinline preload="auto" tabindex="-1"></video></r-player>`;
  const player = /** @type {Player} */ (stage.firstElementChild);
  player.film.src = film.film;
  await new Promise((done) => player.addEventListener("frame", done, { once: true }));
  const all = await proof(player, { ...PLAN, seams: film.seams }, progress);
  stage.replaceChildren();
  return all;
}

/** @param {Film} film @param {import("./proof.js").Shown[]} all */
function told(film, all) {
  const row = document.createElement("li");
  const [first] = wrong(all);
  const values = { rate: film.name, looked: all.length };
  row.textContent = first
    ? t("%(rate)s frames a second: wanted frame %(wanted)s, the page says %(told)s, the picture %(seen)s.", { ...values, wanted: first.wanted, told: first.told, seen: first.seen ?? "–" })
    : t("%(rate)s frames a second: passed, %(looked)s pictures.", values);
  find("tried").append(row);
}
