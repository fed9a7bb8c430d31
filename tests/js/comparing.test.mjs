import assert from "node:assert/strict";
import { test } from "node:test";
import { Align, pace } from "../../web/static/js/engine/align.js";
import { after, partAt, skip } from "../../web/static/js/engine/playlist.js";

/** @typedef {import("../../web/static/js/engine/align.js").Stretch} Stretch */

/** Numbers that look random and are the same each time. @param {number} seed */
function numbers(seed) {
  let state = seed;
  return (/** @type {number} */ below) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8) % below;
}

/** Two drafts side by side: lines that are the same, shorter, longer, moved, or in one alone. @param {number} seed */
function drafts(seed) {
  const pick = numbers(seed);
  const lines = Array.from({ length: 1 + pick(8) }, (_, number) => ({ number, was: pick(4) ? 1 + pick(40) : 0, now: pick(4) ? 1 + pick(40) : 0 }));
  for (const line of lines) if (!pick(3)) line.was = line.now;
  const place = (/** @type {typeof lines} */ some, /** @type {"was" | "now"} */ side) => {
    let at = 0;
    return new Map(some.filter((one) => one[side]).map((one) => [one.number, [at, (at += one[side])]]));
  };
  const now = place(lines, "now");
  const was = place([...lines].sort(() => pick(3) - 1), "was");
  const stretches = lines.map(({ number }) => ({ number, was: was.get(number) ?? null, now: now.get(number) ?? null })).filter((one) => one.was || one.now);
  const sum = (/** @type {"was" | "now"} */ side) => lines.reduce((all, one) => all + one[side], 0);
  return { stretches: /** @type {Stretch[]} */ (stretches), frames: { was: sum("was"), now: sum("now") } };
}

test("the frame beside a frame is of the same line, as far into it, or its last; where the line is not, there is none", () => {
  let seen = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const { stretches, frames } = drafts(seed);
    const align = new Align(stretches, frames);
    for (const [side, other] of /** @type {const} */ ([["now", "was"], ["was", "now"]])) {
      for (let frame = 0; frame < frames[side]; frame += 1) {
        const own = stretches.find((one) => one[side] && one[side][0] <= frame && frame < one[side][1]);
        assert.ok(own?.[side]);
        const found = align.line(frame, side);
        assert.equal(found.number, own.number);
        const there = own[other];
        assert.equal(found.frame === null, there === null);
        if (there === null) continue;
        const off = frame - own[side][0];
        assert.equal(found.held, off >= there[1] - there[0]);
        assert.equal(found.frame, found.held ? there[1] - 1 : there[0] + off);
        if (!found.held) assert.equal(align.line(Number(found.frame), other).frame, frame, "and back");
        seen += 1;
      }
    }
  }
  assert.ok(seen > 5000);
});

test("frame by frame the shorter draft stands at its last frame", () => {
  const align = new Align([{ number: 1, was: [0, 10], now: [0, 12] }], { was: 10, now: 12 });
  assert.deepEqual([0, 9, 10, 11].map((frame) => align.frame(frame)), [
    { frame: 0, held: false, number: null }, { frame: 9, held: false, number: null },
    { frame: 9, held: true, number: null }, { frame: 9, held: true, number: null },
  ]); // prettier-ignore
  assert.equal(align.frame(9, "was").frame, 9);
});

test("the second draft runs a little faster or slower until it is in step; far away it is put in its place", () => {
  const given = { catch_up: 0.03, frames_off: 6 };
  assert.deepEqual([-7, -6, -1, 0, 1, 6, 7].map((off) => pace(off, given)), [null, 0.97, 0.97, 1, 1.03, 1.03, null]);
});

test("only the parts are played, each whole and in order, from wherever one begins", () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const pick = numbers(seed);
    /** @type {[number, number][]} */
    const parts = [];
    let at = pick(20);
    for (let left = 1 + pick(5); left > 0; left -= 1) {
      parts.push([at, (at += 1 + pick(30))]);
      at += 1 + pick(20);
    }
    const begin = pick(at);
    const wanted = parts.flatMap(([start, stop]) => Array.from({ length: stop - start }, (_, n) => start + n)).filter((frame) => frame >= begin);
    const seen = [];
    let frame = begin;
    for (let tries = 0; tries < 1000; tries += 1) {
      const going = after(parts, frame);
      const inside = parts.some(([start, stop]) => start <= frame && frame < stop);
      if (inside) seen.push(frame);
      if (going.over) break;
      assert.equal(inside || going.jump !== null, true, "what is in no part is left at once");
      frame = going.jump ?? frame + 1;
      assert.equal(going.part, partAt(parts, frame));
    }
    assert.deepEqual(seen, wanted);
  }
});

test("skipping leads to the next part, to the beginning of this one, and to the one before", () => {
  /** @type {[number, number][]} */
  const parts = [[10, 40], [60, 90]];
  const on = [0, 10, 39, 45, 70, 95].map((frame) => skip(parts, frame, 1, 25));
  assert.deepEqual(on, [0, 1, 1, 1, 1, 1]);
  const back = [0, 12, 39, 45, 62, 88, 95].map((frame) => skip(parts, frame, -1, 25));
  assert.deepEqual(back, [0, 0, 0, 0, 0, 1, 1]);
});
