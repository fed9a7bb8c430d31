import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../web/static/js/engine/clock.js";
import { around, at, Follow } from "../../web/static/js/engine/follow.js";
import { faster, run, Shuttle, SLOW } from "../../web/static/js/engine/shuttle.js";

test("the clock tells the frame of each picture until it is stopped, and none that the film has not", () => {
  /** @type {((now: number, picture: { mediaTime: number }) => void)[]} */
  const asked = [];
  /** @type {number[]} */
  const told = [];
  const film = { requestVideoFrameCallback: (/** @type {any} */ one) => asked.push(one), cancelVideoFrameCallback: () => {} };
  const clock = new Clock(film, [30000, 1001], 50, (frame) => told.push(frame));
  clock.start();
  clock.start();
  assert.equal(asked.length, 1);
  for (const mediaTime of [0, 1.001, 1.634967, 9]) asked[asked.length - 1](0, { mediaTime });
  clock.stop();
  asked[asked.length - 1](0, { mediaTime: 0.5 });
  assert.deepEqual(told, [0, 30, 49, 49]);
});

test("J and L run back and on, faster each time, and turn round at once", () => {
  const speeds = (/** @type {(1 | -1)[]} */ ways) => ways.reduce((all, way) => [...all, faster(all[all.length - 1], way)], [0]).slice(1);
  assert.deepEqual(speeds([1, 1, 1, 1, -1, -1, -1, -1, 1]), [1, 2, 4, 4, -1, -2, -4, -4, 1]);
  assert.equal(faster(SLOW, 1), 1);
});

test("K stops or begins; held with J or L it is slow, until one is let go", () => {
  const keys = new Shuttle();
  assert.equal(keys.press("l", 0), 1);
  assert.equal(keys.press("l", 1), 1, "a key that is held is told again");
  assert.equal(keys.release("l", 1), 1);
  assert.equal(keys.press("k", 1), 0);
  assert.equal(keys.release("k", 0), 0);
  assert.equal(keys.press("k", 0), 0);
  assert.equal(keys.release("k", 0), 1, "K alone begins");
  assert.equal(keys.press("k", 0), 0);
  assert.equal(keys.press("j", 0), -SLOW);
  assert.equal(keys.release("j", -SLOW), 0);
  assert.equal(keys.press("l", 0), SLOW);
  assert.equal(keys.release("k", SLOW), 0);
  keys.drop();
  assert.equal(keys.press("l", 0), 1);
});

test("a film run back is where so many seconds bring it", () => {
  assert.equal(run(100, -2, 1, [25, 1]), 50);
  assert.equal(run(0, 1, 10, [30000, 1001]), 299);
});

test("the line of a frame is the last that began", () => {
  const spans = [3, 10, 10, 40].map((start) => ({ start }));
  for (let frame = 0; frame < 50; frame += 1) assert.equal(at(spans, frame), spans.filter(({ start }) => start <= frame).length - 1);
  assert.equal(at([], 5), -1);
  assert.deepEqual(around([3, 10, 40], 10), { before: 3, after: 40 });
  assert.deepEqual(around([3], 3), { before: null, after: null });
});

test("the script stands for five seconds after somebody scrolled it", () => {
  const follow = new Follow();
  assert.ok(follow.may(0));
  follow.scrolled(1000);
  assert.ok(!follow.may(5999));
  assert.ok(follow.may(6000));
  follow.scrolled(7000);
  follow.resume();
  assert.ok(follow.may(7001));
});
