import assert from "node:assert/strict";
import { test } from "node:test";
import { Seeker } from "../../web/static/js/engine/seeker.js";

/** A film that shows what it is told to, when the test says so. */
class Film {
  /** @type {[number, number][]} */
  jumps = [];
  /** @type {(() => void)[]} */
  timers = [];
  runs = false;
  busy = false;
  changes = 0;
  seeker = new Seeker(100, {
    jump: (frame, off) => this.jumps.push([frame, off]),
    later: (act) => {
      this.timers.push(act);
      return () => this.timers.splice(this.timers.indexOf(act), 1);
    },
    playing: () => this.runs,
    busy: () => this.busy,
    changed: () => (this.changes += 1),
  });
}

test("one seek is under way, the latest wish wins, and none of a row of steps is lost", () => {
  const film = new Film();
  film.seeker.seek(10);
  for (let n = 0; n < 30; n += 1) film.seeker.step(1);
  assert.deepEqual(film.jumps, [[10, 0]]);
  film.seeker.saw(10);
  assert.deepEqual(film.jumps, [[10, 0], [40, 0]]);
  assert.equal(film.seeker.standing, "seeking");
  film.seeker.saw(40);
  assert.deepEqual([film.seeker.shown, film.seeker.standing, film.timers.length], [40, "shown", 0]);
});

test("the picture of before is not taken for the one that was asked for", () => {
  const film = new Film();
  film.seeker.seek(10);
  film.seeker.saw(3);
  film.seeker.saw(11);
  assert.deepEqual([film.seeker.shown, film.seeker.standing], [0, "seeking"]);
  film.seeker.saw(10);
  assert.deepEqual([film.seeker.shown, film.seeker.standing], [10, "shown"]);
});

test("a frame that does not come is asked for once more beside its middle, then said to be unconfirmed", () => {
  const film = new Film();
  film.seeker.seek(10);
  film.timers[0]();
  assert.deepEqual(film.jumps, [[10, 0], [10, 0.25]]);
  film.timers[film.timers.length - 1]();
  assert.equal(film.seeker.standing, "unconfirmed");
  film.seeker.saw(10);
  assert.deepEqual([film.seeker.shown, film.seeker.standing], [10, "shown"]);
});

test("as long as the film is on its way nothing is said to be unconfirmed", () => {
  const film = new Film();
  film.busy = true;
  film.seeker.seek(10);
  for (let n = 0; n < 20; n += 1) film.timers[film.timers.length - 1]();
  assert.deepEqual([film.jumps.length, film.seeker.standing], [1, "seeking"]);
  film.busy = false;
  film.timers[film.timers.length - 1]();
  assert.deepEqual(film.jumps, [[10, 0], [10, 0.25]]);
});

test("where it is shown already nothing is sought, unless that is meant", () => {
  const film = new Film();
  film.seeker.seek(10);
  film.seeker.saw(10);
  film.seeker.seek(10);
  assert.equal(film.jumps.length, 1);
  film.seeker.seek(10, true);
  assert.equal(film.jumps.length, 2);
});

test("a film that plays is followed, and a seek in it ends with the first picture at or just after its goal", () => {
  const film = new Film();
  film.runs = true;
  film.seeker.saw(5);
  assert.deepEqual([film.seeker.shown, film.seeker.wanted, film.seeker.standing], [5, 5, "shown"]);
  film.seeker.seek(50);
  film.seeker.saw(6);
  assert.equal(film.seeker.standing, "seeking");
  film.seeker.saw(51);
  assert.deepEqual([film.seeker.shown, film.seeker.wanted, film.seeker.standing], [51, 51, "shown"]);
});

test("nothing is sought outside the film", () => {
  const film = new Film();
  film.seeker.seek(-5);
  film.seeker.saw(0);
  film.seeker.seek(500);
  assert.deepEqual(film.jumps.map(([frame]) => frame), [0, 99]);
});

test("whatever is wished for and whenever pictures come, it ends at the last wish", () => {
  for (let seed = 1; seed < 400; seed += 1) {
    let state = seed;
    const random = (/** @type {number} */ most) => (state = (state * 1103515245 + 12345) % 2147483648) % most;
    const film = new Film();
    for (let n = 0; n < 40; n += 1) {
      const what = random(4);
      if (what === 0) film.seeker.seek(random(100));
      else if (what === 1) film.seeker.step(random(9) - 4);
      else if (what === 2 && film.jumps.length) film.seeker.saw(random(3) ? film.jumps[film.jumps.length - 1][0] : random(100));
      else if (film.timers.length) film.timers[film.timers.length - 1]();
    }
    const wish = random(100);
    film.seeker.seek(wish, true);
    for (let n = 0; n < 3; n += 1) film.seeker.saw(film.jumps[film.jumps.length - 1][0]);
    assert.deepEqual([film.seeker.shown, film.seeker.standing, film.timers.length], [wish, "shown", 0]);
  }
});
