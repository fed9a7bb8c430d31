import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, expected, initials } from "../../web/static/js/engine/together.js";

/** @type {[number, number]} */
const NTSC = [30000, 1001];
const LEADS = { person: "p", name: "Anne", own: false, leads: true, frame: 100, pace: 100, age: 0, writing: "", on: 0 };

test("a film that runs is by now where its speed took it, and never past its ends", () => {
  assert.equal(expected(LEADS, 0, [25, 1], 1000), 100);
  assert.equal(expected({ ...LEADS, age: 1 }, 1, [25, 1], 1000), 150);
  assert.equal(expected({ ...LEADS, pace: -200 }, 1, [25, 1], 1000), 50);
  assert.equal(expected({ ...LEADS, pace: 0, age: 60 }, 5, [25, 1], 1000), 100);
  assert.equal(expected(LEADS, 1001 / 30, NTSC, 10000), 100 + 1000);
  assert.equal(expected(LEADS, 3600, [25, 1], 1000), 999);
  assert.equal(expected({ ...LEADS, pace: -100 }, 3600, [25, 1], 1000), 0);
});

test("who stands is followed to the frame, who runs to some tenths of a second", () => {
  assert.equal(apart(100, 101, false, [25, 1]), true);
  assert.equal(apart(101, 101, false, [25, 1]), false);
  assert.equal(apart(100, 110, true, [25, 1]), false);
  assert.equal(apart(100, 111, true, [25, 1]), true);
});

test("a name has up to two letters", () => {
  assert.equal(initials("Anne Morel"), "AM");
  assert.equal(initials("Jean-Luc"), "JL");
  assert.equal(initials("élodie"), "É");
  assert.equal(initials("  "), "?");
});
