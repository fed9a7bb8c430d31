import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../web/static/js/engine/ids.js";
import { markAt, marks } from "../../web/static/js/engine/marks.js";

const over = (/** @type {number} */ frames, /** @type {number} */ width) => (/** @type {number} */ frame) => ((frame + 0.5) / frames) * width;
const flag = (/** @type {number} */ frame, open = true) => ({ frame, open });

test("notes that lie apart are marks of their own, on their own frames", () => {
  const found = marks([flag(0), flag(50), flag(99, false)], over(100, 1000));
  assert.deepEqual(found.map((one) => [one.first, one.last, one.count, one.open]), [[0, 0, 1, 1], [50, 50, 1, 1], [99, 99, 1, 0]]);
  assert.equal(found[1].place, 505);
});

test("those that would fall on each other are one, which counts them and those that are open", () => {
  const found = marks([flag(10), flag(10, false), flag(11), flag(600)], over(15000, 1000));
  assert.deepEqual(found.map((one) => [one.first, one.last, one.count, one.open]), [[10, 11, 3, 2], [600, 600, 1, 1]]);
});

test("two thousand notes are few marks that never touch, and none is left out", () => {
  const many = Array.from({ length: 2000 }, (_, n) => flag(Math.floor((n * 15000) / 2000), n % 3 > 0));
  for (const width of [320, 1334]) {
    const found = marks(many, over(15000, width));
    assert.ok(found.length <= width / 26 + 1);
    assert.equal(found.reduce((sum, one) => sum + one.count, 0), 2000);
    assert.equal(found.reduce((sum, one) => sum + one.open, 0), many.filter((one) => one.open).length);
    for (const [n, one] of found.entries()) if (n) assert.ok(one.place - found[n - 1].place >= 26 && one.first > found[n - 1].last);
  }
});

test("a mark is found where it is drawn, and nowhere else", () => {
  const found = marks([flag(100), flag(101), flag(5000)], over(15000, 1000));
  assert.equal(markAt(found, found[0].place + 20)?.first, 100);
  assert.equal(markAt(found, found[1].place + 20), null);
  assert.equal(markAt(found, 0), null);
});

test("an id is one of version 7, and in order of time", () => {
  const chance = new Uint8Array(10).fill(255);
  assert.equal(newId(0x0192_0000_0001, chance), "01920000-0001-7fff-bfff-ffffffffffff");
  assert.match(newId(5, new Uint8Array(10)), /^00000000-0005-7000-8000-000000000000$/);
  assert.ok(newId(1000, chance) < newId(1001, new Uint8Array(10)));
});
