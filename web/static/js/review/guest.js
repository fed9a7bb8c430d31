// A guest without a name: it is asked for when they first send something, which is then sent.

const dialog = document.getElementById("guest-name");
const form = dialog?.querySelector("form[action]");

/** @type {{ form: HTMLFormElement, by: HTMLElement | null } | null} */
let waits = null;

/** @param {SubmitEvent} event */
function asks(event) {
  const sent = event.target;
  if (!(sent instanceof HTMLFormElement) || sent.method !== "post" || !sent.closest(".room")) return;
  if (dialog?.contains(sent)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waits = { form: sent, by: event.submitter };
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

/** @param {Event} event */
async function named(event) {
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(/** @type {any} */ (new FormData(form))) });
  if (!answer.ok) return form.submit(); // the page that answers says what is wrong
  window.removeEventListener("submit", asks, true);
  document.getElementById("together")?.removeAttribute("data-nameless");
  if (dialog instanceof HTMLDialogElement) dialog.close();
  waits?.form.requestSubmit(waits.by);
}

if (form) {
  window.addEventListener("submit", asks, true);
  form.addEventListener("submit", named);
}
