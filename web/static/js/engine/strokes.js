// What is drawn on a picture, as values: strokes in the picture's own coordinates, from 0 to 1. Nothing here touches a page.

/** @typedef {"pen" | "arrow" | "box" | "ellipse"} Kind */
/** @typedef {"amber" | "red" | "blue" | "white"} Colour */
/** @typedef {[number, number]} Point */
/** @typedef {{ kind: Kind, colour: Colour, points: Point[] }} Stroke */

export const STROKES = 200; // of one drawing, and its points: pipeline/drawings.py refuses more
export const POINTS = 5000;
const NEAR = 0.002; // a pen's points stand at least so far apart: four pixels of a picture 1920 wide
const HEAD = 0.03; // the length of an arrow's head, as a share of the picture's width

/** A place kept inside the picture, in steps that the catalogue keeps. @param {number} x @param {number} y @returns {Point} */
export function inside(x, y) {
  const within = (/** @type {number} */ one) => Math.round(Math.max(0, Math.min(1, one)) * 10000) / 10000;
  return [within(x), within(y)];
}

/** A stroke that goes on to a point. @param {Stroke} stroke @param {Point} point @returns {Stroke} */
export function onto(stroke, point) {
  const [first] = stroke.points;
  if (stroke.kind !== "pen") return { ...stroke, points: [first, point] };
  const [x, y] = stroke.points[stroke.points.length - 1];
  if (Math.hypot(point[0] - x, point[1] - y) < NEAR) return stroke;
  return { ...stroke, points: [...stroke.points, point] };
}

/** Whether a stroke shows anything: what has two ends has them apart. @param {Stroke} stroke */
export function shows(stroke) {
  if (stroke.kind === "pen") return true;
  const [first, last] = stroke.points;
  return last !== undefined && Math.hypot(last[0] - first[0], last[1] - first[1]) >= NEAR;
}

/** A drawing with what was undone of it. @typedef {{ strokes: Stroke[], undone: Stroke[] }} Drawn */

/** @type {Drawn} */
export const NOTHING = { strokes: [], undone: [] };

/** The drawing with one more stroke; as it was when it would be too much. @param {Drawn} drawn @param {Stroke} stroke @returns {Drawn} */
export function drawnOn(drawn, stroke) {
  const strokes = [...drawn.strokes, stroke];
  const points = strokes.reduce((sum, one) => sum + one.points.length, 0);
  return !shows(stroke) || strokes.length > STROKES || points > POINTS ? drawn : { strokes, undone: [] };
}

/** @param {Drawn} drawn @returns {Drawn} */
export function undone({ strokes, undone }) {
  const last = strokes.at(-1);
  return last ? { strokes: strokes.slice(0, -1), undone: [...undone, last] } : { strokes, undone };
}

/** @param {Drawn} drawn @returns {Drawn} */
export function redone({ strokes, undone }) {
  const last = undone.at(-1);
  return last ? { strokes: [...strokes, last], undone: undone.slice(0, -1) } : { strokes, undone };
}

/**
 * What an SVG of the picture's own size in pixels holds for a stroke: the names of elements with their attributes.
 * @param {Stroke} stroke
 * @param {[number, number]} size
 * @returns {[string, Record<string, string | number>][]}
 */
export function shapes(stroke, [width, height]) {
  const points = stroke.points.map(([x, y]) => /** @type {Point} */ ([x * width, y * height]));
  const [first] = points;
  const last = points[points.length - 1];
  const path = (/** @type {Point[]} */ some) => some.map((one) => one.map((value) => value.toFixed(1)).join(",")).join(" ");
  if (stroke.kind === "pen") {
    const dot = points.length === 1 ? [first, /** @type {Point} */ ([first[0] + 0.1, first[1]])] : points;
    return [["polyline", { points: path(dot) }]];
  }
  const [x, y] = [Math.min(first[0], last[0]), Math.min(first[1], last[1])];
  const [across, down] = [Math.abs(last[0] - first[0]), Math.abs(last[1] - first[1])];
  if (stroke.kind === "box") return [["rect", { x, y, width: across, height: down }]];
  if (stroke.kind === "ellipse") return [["ellipse", { cx: x + across / 2, cy: y + down / 2, rx: across / 2, ry: down / 2 }]];
  const angle = Math.atan2(last[1] - first[1], last[0] - first[0]);
  const side = (/** @type {number} */ by) => /** @type {Point} */ ([last[0] - HEAD * width * Math.cos(angle + by), last[1] - HEAD * width * Math.sin(angle + by)]);
  return [["polyline", { points: path([first, last]) }], ["polyline", { points: path([side(0.5), last, side(-0.5)]) }]];
}
