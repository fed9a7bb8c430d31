import assert from "node:assert/strict";
import { test } from "node:test";
import { following, frameAt, pinched, placed, shareOf, TWICE, WIDEST, zoomed } from "../../web/static/js/engine/zoom.js";

const FRAMES = 15000; // ten minutes at 25
const ALL = { start: 0, stop: FRAMES };

/** @param {number} seed numbers from 0 to 1, the same each time */
function* numbers(seed) {
  for (let now = seed; ; now = (now * 16807) % 2147483647) yield now / 2147483647;
}

test("what stands under the pointer stays there, and the view stays inside the film", () => {
  const some = numbers(7);
  const next = () => /** @type {number} */ (some.next().value);
  let view = ALL;
  for (let step = 0; step < 2000; step += 1) {
    const [share, by, least] = [next(), next() < 0.6 ? 1 + next() : next() + 0.1, 14];
    const under = view.start + share * (view.stop - view.start);
    const after = zoomed(view, by, share, FRAMES, least);
    assert.ok(after.start >= 0 && after.stop <= FRAMES + 1e-6, JSON.stringify(after));
    assert.ok(after.stop - after.start >= least - 1e-6);
    const held = Math.abs(shareOf(after, under) - share) < 1e-6;
    assert.ok(held || after.start === 0 || Math.abs(after.stop - FRAMES) < 1e-6, "unless an end of the film is in the way");
    view = after;
  }
});

test("of ten minutes each single frame is hit, on a phone and on a desk", () => {
  for (const width of [328, 966]) {
    const least = width / WIDEST;
    for (const frame of [0, 1, 7499, 14998, 14999]) {
      let view = ALL;
      for (let times = 0; times < 12; times += 1) view = zoomed(view, TWICE, shareOf(view, frame + 0.5), FRAMES, least);
      const wide = width / (view.stop - view.start);
      assert.ok(Math.abs(wide - WIDEST) < 1e-6, `${wide} pixels`);
      const left = shareOf(view, frame) * width;
      for (const pixel of [left + 0.5, left + WIDEST / 2, left + WIDEST - 0.5]) assert.equal(frameAt(view, pixel / width, FRAMES), frame);
    }
  }
});

test("a short film is not shown nearer than it is", () => {
  assert.deepEqual(zoomed({ start: 0, stop: 10 }, 2, 0.5, 10, 40), { start: 0, stop: 10 });
  assert.deepEqual(zoomed({ start: 0, stop: 10 }, 0.5, 0.5, 10, 40), { start: 0, stop: 10 });
});

test("two fingers take along what lies under them", () => {
  const view = { start: 1000, stop: 2000 };
  const after = pinched(view, [0.4, 0.6], [0.2, 0.7], FRAMES, 14);
  assert.ok(Math.abs(shareOf(after, 1400) - 0.2) < 1e-9);
  assert.ok(Math.abs(shareOf(after, 1600) - 0.7) < 1e-9);
  assert.deepEqual(pinched(view, [0.25, 0.75], [0.375, 0.875], FRAMES, 14), placed(1500, 0.625, 1000, FRAMES));
  assert.deepEqual(pinched(view, [0.5, 0.5], [0.2, 0.8], FRAMES, 14), view, "two fingers on one place say nothing");
});

test("the part shown follows the film, and stands still while it is in it", () => {
  const view = { start: 1000, stop: 1100 };
  assert.equal(following(view, 1000, FRAMES), view);
  assert.equal(following(view, 1099, FRAMES), view);
  const on = following(view, 1100, FRAMES);
  assert.ok(Math.abs(shareOf(on, 1100.5) - 0.1) < 1e-9);
  const back = following(view, 999, FRAMES);
  assert.ok(Math.abs(shareOf(back, 999.5) - 0.9) < 1e-9);
  const far = following(view, 9000, FRAMES);
  assert.ok(Math.abs(shareOf(far, 9000.5) - 0.5) < 1e-9);
  assert.deepEqual(following(view, FRAMES - 1, FRAMES), { start: FRAMES - 100, stop: FRAMES });
  assert.deepEqual(following(view, 0, FRAMES), { start: 0, stop: 100 });
});
