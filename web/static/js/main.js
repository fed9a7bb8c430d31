// The one module that every page loads.
import "../vendor/htmx.js";
import { ages } from "./ages.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { secret } from "./secret.js";
import { told } from "./told.js";
import { t } from "./words.js";

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  ctx.request.headers["X-CSRF-Token"] = secret;
});

// a fragment that failed stays as it was, and the failure is told
document.addEventListener("htmx:response:error", () => told(t("This did not work. Load the page again.")));
document.addEventListener("htmx:error", () => told(t("The studio does not answer. Try again.")));

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copies]") : null;
  if (!button) return;
  await navigator.clipboard.writeText(button.getAttribute("data-copies") ?? "");
  told(t("Copied."));
});

keys();
ages();
if (document.body.hasAttribute("data-live")) live();
