import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnOn, inside, NOTHING, onto, POINTS, redone, shapes, shows, STROKES, undone } from "../../web/static/js/engine/strokes.js";

/** @param {any} kind @param {any} points @returns {any} */
const stroke = (kind, points) => ({ kind, colour: "amber", points });

test("a place is inside the picture, in steps of a ten-thousandth", () => {
  assert.deepEqual(inside(-1, 2), [0, 1]);
  assert.deepEqual(inside(0.123456, 0.5), [0.1235, 0.5]);
});

test("a pen takes every point that is far enough; the others keep two ends", () => {
  const pen = onto(onto(stroke("pen", [[0, 0]]), [0.1, 0]), [0.1001, 0]);
  assert.deepEqual(pen.points, [[0, 0], [0.1, 0]]);
  const box = onto(onto(stroke("box", [[0.2, 0.2]]), [0.5, 0.5]), [0.3, 0.4]);
  assert.deepEqual(box.points, [[0.2, 0.2], [0.3, 0.4]]);
});

test("a click draws a dot by pen, and nothing by the others", () => {
  assert.equal(shows(stroke("pen", [[0, 0]])), true);
  assert.equal(shows(stroke("arrow", [[0, 0]])), false);
  assert.equal(shows(stroke("ellipse", [[0, 0], [0.001, 0]])), false);
  assert.deepEqual(drawnOn(NOTHING, stroke("arrow", [[0, 0]])), NOTHING);
});

test("what is undone comes back, until something else is drawn", () => {
  const one = drawnOn(NOTHING, stroke("pen", [[0, 0]]));
  const two = drawnOn(one, stroke("box", [[0, 0], [1, 1]]));
  const back = undone(undone(undone(two)));
  assert.equal(back.strokes.length, 0);
  assert.deepEqual(redone(redone(redone(back))).strokes, two.strokes);
  assert.deepEqual(redone(drawnOn(undone(two), stroke("pen", [[1, 1]]))).strokes.map((/** @type {any} */ made) => made.kind), ["pen", "pen"]);
});

test("no drawing has more strokes or points than are kept", () => {
  let drawn = NOTHING;
  for (let at = 0; at < STROKES + 5; at += 1) drawn = drawnOn(drawn, stroke("pen", [[at / 1000, 0]]));
  assert.equal(drawn.strokes.length, STROKES);
  const long = stroke("pen", Array.from({ length: POINTS }, (_, at) => [at / POINTS, 0]));
  assert.equal(drawnOn(NOTHING, long).strokes.length, 1);
  assert.equal(drawnOn(drawnOn(NOTHING, stroke("pen", [[0, 0]])), long).strokes.length, 1);
});

test("shapes are in pixels of the picture, whichever corner came first", () => {
  assert.deepEqual(shapes(stroke("box", [[0.5, 0.5], [0.25, 0.75]]), [400, 200]), [["rect", { x: 100, y: 100, width: 100, height: 50 }]]);
  assert.deepEqual(shapes(stroke("ellipse", [[0, 0], [1, 1]]), [400, 200]), [["ellipse", { cx: 200, cy: 100, rx: 200, ry: 100 }]]);
  const [line, head] = shapes(stroke("arrow", [[0, 0.5], [1, 0.5]]), [400, 200]);
  assert.deepEqual(line, ["polyline", { points: "0.0,100.0 400.0,100.0" }]);
  assert.match(String(head[1].points), /^389\.5,94\.2 400\.0,100\.0 389\.5,105\.8$/);
  assert.deepEqual(shapes(stroke("pen", [[0, 0]]), [400, 200]), [["polyline", { points: "0.0,0.0 0.1,0.0" }]]);
});
