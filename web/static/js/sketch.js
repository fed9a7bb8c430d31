// The sketch of a proposal: a picture that is attached, and what is drawn on it; it travels as the form's own file.
import { told } from "./told.js";
import { t } from "./words.js";

const MOST = 700_000; // bytes of the picture that is sent: a form has no more than a megabyte
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-sketches]"));
const canvas = /** @type {HTMLCanvasElement | null} */ (document.getElementById("drawing"));
const input = /** @type {HTMLInputElement | null} */ (document.getElementById("sketch"));
const pen = canvas?.getContext("2d");

/** @type {[number, number][][]} */
let strokes = [];
/** @type {ImageBitmap | null} */
let ground = null;
let changed = false;

function draw() {
  if (!canvas || !pen) return;
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  if (ground) pen.drawImage(ground, 0, 0, canvas.width, canvas.height);
  for (const [colour, width] of /** @type {[string, number][]} */ ([["#ffffff", 9], ["#1a1a1a", 4]])) {
    pen.strokeStyle = colour; // an edge of paper: seen on whatever picture
    pen.lineWidth = width;
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of strokes) {
      pen.beginPath();
      for (const [x, y] of stroke) pen.lineTo(x, y);
      if (stroke.length === 1) pen.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
      pen.stroke();
    }
  }
}

/** @param {PointerEvent} event @returns {[number, number]} */
function place(event) {
  const seen = /** @type {HTMLCanvasElement} */ (canvas).getBoundingClientRect();
  const wide = /** @type {HTMLCanvasElement} */ (canvas).width / seen.width;
  return [(event.clientX - seen.left) * wide, (event.clientY - seen.top) * wide];
}

async function attached() {
  const file = input?.files?.[0];
  if (!canvas || !file) return;
  ground = await createImageBitmap(file).catch(() => null);
  if (!ground) return told(t("This is no picture that can be shown."));
  const share = Math.min(1, 1280 / Math.max(ground.width, ground.height));
  canvas.width = Math.max(1, Math.round(ground.width * share));
  canvas.height = Math.max(1, Math.round(ground.height * share));
  strokes = [];
  changed = true;
  draw();
}

/** The picture as it is sent. @param {HTMLCanvasElement} drawn @returns {Promise<Blob | null>} */
async function picture(drawn) {
  for (const quality of [0.9, 0.75, 0.5]) {
    /** @type {Blob | null} */
    const made = await new Promise((done) => drawn.toBlob(done, "image/jpeg", quality));
    if (made && made.size <= MOST) return made;
  }
  return null;
}

if (form && canvas && input && pen) {
  canvas.hidden = false;
  for (const hidden of form.querySelectorAll("[data-pens]")) hidden.removeAttribute("hidden");
  draw();
  input.addEventListener("change", attached);
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    strokes.push([place(event)]);
    changed = true;
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    strokes.at(-1)?.push(place(event));
    draw();
  });
  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-pen]") : null;
    if (!button) return;
    if (button.getAttribute("data-pen") === "back") strokes.pop();
    else {
      strokes = [];
      ground = null;
      input.value = "";
    }
    changed = strokes.length > 0 || ground !== null;
    draw();
  });
  form.addEventListener("submit", async (event) => {
    if (!changed) return;
    event.preventDefault();
    const made = await picture(canvas);
    if (!made) return told(t("This is no picture that can be shown."));
    const files = new DataTransfer();
    files.items.add(new File([made], "sketch.jpg", { type: "image/jpeg" }));
    input.files = files.files;
    changed = false;
    form.requestSubmit(event.submitter);
  });
}
