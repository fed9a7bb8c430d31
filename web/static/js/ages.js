// Times that say how long ago: the server's words hold until the first minute is over, then these.

const STEPS = /** @type {const} */ ([["day", 86_400], ["hour", 3_600], ["minute", 60]]);
const ago = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always", style: "long" });

/** Keeps every `<time data-ago>` of the page true. */
export function ages() {
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-ago]")) time.textContent = age(time.getAttribute("datetime") ?? "");
  }, 60_000);
}

/** @param {string} iso */
function age(iso) {
  const seconds = Math.round((Date.parse(iso) - Date.now()) / 1000);
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS[2];
  return ago.format(Math.trunc(seconds / length), unit);
}
