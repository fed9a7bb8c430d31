// Keys of a page: `?` lists them. Keys of one letter can be turned off (WCAG 2.1.4), and never act while one writes.

const OFF = "keys-off";

/** True when a key of one letter may act on this event. */
export function free(/** @type {KeyboardEvent} */ event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  if (localStorage.getItem(OFF)) return false;
  const at = event.target;
  return !(at instanceof HTMLElement && (at.isContentEditable || at.matches("input:not([type=range]), textarea, select")));
}

/** Listens for `?`, and for buttons that open a dialog (`data-opens` holds its id). */
export function keys() {
  const list = document.getElementById("keys");
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && free(event) && list instanceof HTMLDialogElement && !list.open) list.showModal();
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-opens]") : null;
    const dialog = button && document.getElementById(button.getAttribute("data-opens") ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  });
  const box = document.getElementById("keys-on");
  if (!(box instanceof HTMLInputElement)) return;
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
}
