// Light or dark, before anything is painted: a plain script in the head. Without a choice the system's own holds.
(() => {
  const root = document.documentElement;
  const chosen = () => localStorage.getItem("theme") ?? "auto";

  const show = () => {
    const theme = chosen();
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-theme-choice") === theme));
    }
  };

  show();
  addEventListener("storage", show);
  addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll("[data-themes]")) group.removeAttribute("hidden");
    show();
  });
  addEventListener("click", (event) => {
    const theme = event.target instanceof Element && event.target.closest("[data-theme-choice]");
    if (!theme) return;
    localStorage.setItem("theme", theme.getAttribute("data-theme-choice") ?? "auto");
    show();
  });
})();
