// The script beside the film: the line that is said is marked and kept in sight; a line that is chosen is gone to.
import { at, Follow } from "../engine/follow.js";

const WHEELS = ["wheel", "touchmove"]; // how people scroll; what scrolls by itself makes no such event

/** @param {import("./player.js").Player} player @param {HTMLElement} script */
export function script(player, script) {
  const rows = [...script.querySelectorAll("[data-start]")].map((row) => ({ row, start: Number(row.getAttribute("data-start")) }));
  rows.sort((one, other) => one.start - other.start);
  const follow = new Follow();
  const again = script.querySelector("[data-follows]");
  const panel = /** @type {HTMLElement} */ (script.closest(".panel") ?? script);
  let now = -1;

  function show() {
    const row = rows[now]?.row;
    if (!row || panel.hidden) return;
    const [seen, box] = [panel.getBoundingClientRect(), row.getBoundingClientRect()];
    if (panel.scrollHeight <= panel.clientHeight || (box.top >= seen.top + 48 && box.bottom <= seen.bottom - 48)) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    panel.scrollTo({ top: panel.scrollTop + box.top - seen.top - seen.height / 3, behavior: still ? "instant" : "smooth" });
  }

  player.addEventListener("frame", () => {
    const found = at(rows, player.frame);
    const may = follow.may(performance.now());
    if (again instanceof HTMLElement && may) again.hidden = true;
    if (found === now) return;
    rows[now]?.row.removeAttribute("aria-current");
    now = found;
    rows[now]?.row.setAttribute("aria-current", "true");
    if (may) show();
  });
  for (const wheel of WHEELS) panel.addEventListener(wheel, scrolled, { passive: true });
  panel.addEventListener("keydown", (event) => {
    if (["PageUp", "PageDown"].includes(event.key)) scrolled();
  });
  again?.addEventListener("click", () => {
    follow.resume();
    if (again instanceof HTMLElement) again.hidden = true;
    show();
  });
  script.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-start]") : null;
    if (!row) return;
    event.preventDefault();
    player.seek(Number(row.getAttribute("data-start")));
  });

  function scrolled() {
    follow.scrolled(performance.now());
    if (again instanceof HTMLElement) again.hidden = false;
  }
}
