// The side of the room: its parts (`.panel`, each with its heading) one at a time, under tabs.

/** The tabs of a side. @param {HTMLElement} side */
export function tabs(side) {
  const panels = /** @type {HTMLElement[]} */ ([...side.querySelectorAll(":scope > .panel")]);
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", side.getAttribute("aria-label") ?? "");
  const heads = panels.map((panel) => head(panel));
  list.append(...heads);
  side.prepend(list);
  if (panels.length) show(0);

  /** @param {HTMLElement} panel */
  function head(panel) {
    const one = document.createElement("button");
    one.type = "button";
    one.id = `${panel.id}-tab`;
    one.setAttribute("role", "tab");
    one.setAttribute("aria-controls", panel.id);
    const title = panel.querySelector("h2");
    one.textContent = title?.textContent ?? "";
    title?.classList.add("unseen");
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", one.id);
    panel.tabIndex = 0;
    return one;
  }

  /** @param {number} index */
  function show(index) {
    panels.forEach((panel, number) => {
      panel.hidden = number !== index;
      heads[number].setAttribute("aria-selected", String(number === index));
      heads[number].tabIndex = number === index ? 0 : -1;
    });
  }

  list.addEventListener("click", (event) => {
    const index = heads.findIndex((one) => one === event.target);
    if (index >= 0) show(index);
  });
  list.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const index = heads.findIndex((one) => one === document.activeElement);
    if (!by || index < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (index + by + heads.length) % heads.length;
    show(next);
    heads[next].focus();
  });
  // another part of the room wants one shown: new CustomEvent("tab", { detail: "notes" }) on the document
  document.addEventListener("tab", (event) => {
    const index = panels.findIndex((panel) => panel.id === /** @type {CustomEvent} */ (event).detail);
    if (index >= 0) show(index);
  });
}
