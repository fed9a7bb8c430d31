// Watching together: who is here, who leads, following whoever does, and what others write at this moment.
import { timecode } from "../engine/timecode.js";
import { apart, expected, initials } from "../engine/together.js";
import { secret } from "../secret.js";
import { nt, t } from "../words.js";
import { draft } from "./draft.js";

/** @typedef {import("./player.js").Player} Player */
/** @typedef {import("../engine/together.js").Present} Present */

const HERE = 10_000; // ms between two words that this page is open; the studio believes it for 25 s
const SOON = 250; // ms in which what changed is told once
const EACH = 25; // ms of that for each who is here, save for whoever leads: thirty who write tell it forty times a second
const READ = 3; // of what others write is shown at once: more would push the notes away
const LOOK = 200; // ms between two looks at where whoever leads should be

/**
 * @param {Player} player
 * @param {HTMLElement} place where it is shown
 * @param {HTMLElement} written where what others write is
 */
export function together(player, place, written) {
  const address = `/api/v1/drafts/${draft.id}`;
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (place.querySelector(`[data-${name}]`));
  const [people, says, followButton] = ["people", "says", "follow"].map(find);
  const leadButton = /** @type {HTMLElement | null} */ (place.querySelector("[data-lead]")); // guests lead nobody
  /** @type {Present[]} */
  let company = [];
  let heard = 0;
  let following = "";
  let writing = { text: "", frame: 0, shown: false };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  /** A guest without a name is not announced: it is asked for when they say something. */
  const silent = () => place.hasAttribute("data-nameless");

  const leader = () => company.find((one) => one.leads);
  const leading = () => leader()?.own ?? false;

  async function tell() {
    clearTimeout(soon);
    soon = undefined;
    if (silent()) return;
    const { text, frame, shown } = writing;
    const body = { frame: Math.max(0, player.frame), pace: Math.round(player.speed * 100), writing: text, on: frame, shown };
    await send("PUT", "presence", body);
  }

  function changed() {
    soon ??= setTimeout(tell, leading() ? SOON : Math.max(SOON, EACH * company.length));
  }

  /** @param {string} method @param {string} what @param {object} [body] */
  async function send(method, what, body) {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": secret };
    try {
      return await fetch(`${address}/${what}`, { method, headers, body: body && JSON.stringify(body), keepalive: true });
    } catch {
      return null; // told again in a moment
    }
  }

  document.body.addEventListener(`live:present-${draft.id}`, (event) => {
    company = /** @type {CustomEvent} */ (event).detail.people ?? company;
    heard = performance.now();
    if (following && leader()?.person !== following) follow("");
    show();
    go();
  });

  function show() {
    const first = leader();
    people.replaceChildren(
      ...company.map((one) => {
        const item = document.createElement("li");
        item.textContent = initials(one.name);
        item.title = one.own ? t("%(name)s (you)", { name: one.name }) : one.name;
        item.setAttribute("aria-label", item.title);
        item.classList.toggle("leads", one.leads);
        return item;
      }),
    );
    people.hidden = company.length < 2;
    if (leadButton) leadButton.hidden = company.length < 2 && !leading();
    leadButton?.setAttribute("aria-pressed", String(leading()));
    followButton.hidden = !first || first.own;
    followButton.setAttribute("aria-pressed", String(following !== ""));
    const sentence = !first ? "" : first.own ? t("You lead.") : following ? t("You follow %(name)s.", { name: first.name }) : t("%(name)s leads.", { name: first.name });
    if (says.textContent !== sentence) says.textContent = sentence;
    const others = company.filter((one) => !one.own && one.writing);
    written.hidden = !others.length;
    const more = others.length - READ;
    const said = others.slice(0, READ).map((one) => t("%(name)s writes on %(code)s: %(text)s", { name: one.name, code: timecode(one.on, player.rate), text: one.writing }));
    if (more > 0) said.push(nt("%(n)s other writes", "%(n)s others write", more));
    written.replaceChildren(
      ...said.map((sentence) => {
        const item = document.createElement("li");
        item.textContent = sentence;
        return item;
      }),
    );
  }

  /** Goes to where whoever leads is by now. */
  function go() {
    const first = leader();
    if (!following || !first) return;
    const theirs = expected(first, (performance.now() - heard) / 1000, player.rate, player.frames);
    const runs = first.pace !== 0 && theirs > 0 && theirs < player.frames - 1;
    if (apart(player.seeker.wanted, theirs, runs, player.rate)) player.seek(theirs);
    const speed = runs ? first.pace / 100 : 0;
    if (player.speed !== speed) player.run(speed);
  }

  /** @param {string} person */
  function follow(person) {
    following = person;
    if (person && leading()) void send("PUT", "lead", { leads: false });
    show();
    go();
  }

  leadButton?.addEventListener("click", async () => {
    const leads = !leading();
    following = "";
    await tell(); // whoever leads is here, and shows where
    await send("PUT", "lead", { leads });
  });
  followButton.addEventListener("click", () => follow(following ? "" : (leader()?.person ?? "")));
  document.addEventListener("act", () => following && follow("")); // who moves the film goes on alone
  player.addEventListener("state", changed);
  player.addEventListener("frame", () => leading() && (player.paused || player.speed < 0) && changed());
  document.addEventListener("writing", (event) => {
    writing = /** @type {CustomEvent} */ (event).detail ?? { text: "", frame: 0, shown: false };
    changed();
  });
  setInterval(tell, HERE);
  setInterval(go, LOOK);
  window.addEventListener("pagehide", () => !silent() && void send("DELETE", "presence"));
  window.addEventListener("pageshow", tell);
  void tell();
}
