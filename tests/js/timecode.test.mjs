import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, drops, frameOf, frameWritten, middle, timecode } from "../../web/static/js/engine/timecode.js";

/** @type {[number, number][]} */
const RATES = [[24000, 1001], [24, 1], [25, 1], [30000, 1001], [30, 1], [50, 1], [60000, 1001], [60, 1]];

test("the middle of every frame is that frame, at every rate, for ten hours", () => {
  for (const rate of RATES) {
    for (let frame = 0; frame < 36_000 * 60; frame += 997) {
      assert.equal(Math.floor((middle(frame, rate) * rate[0]) / rate[1]), frame);
      assert.equal(frameOf((frame * rate[1]) / rate[0], rate), frame);
    }
  }
});

test("numbers are left out at 29.97 and 59.94 alone, where SMPTE ST 12-1 says", () => {
  assert.deepEqual(RATES.filter(drops), [[30000, 1001], [60000, 1001]]);
  const said = { 0: "00:00:00;00", 1799: "00:00:59;29", 1800: "00:01:00;02", 17981: "00:09:59;29", 17982: "00:10:00;00", 107892: "01:00:00;00" };
  for (const [frame, code] of Object.entries(said)) assert.equal(timecode(Number(frame), [30000, 1001]), code);
  assert.equal(timecode(3600, [60000, 1001]), "00:01:00;04");
  assert.equal(timecode(1800, [30, 1]), "00:01:00:00");
  assert.equal(timecode(24 * 60, [24000, 1001]), "00:01:00:00");
});

test("every timecode is read back as its frame, and no two frames share one", () => {
  for (const rate of RATES) {
    const known = new Set();
    for (let frame = 0; frame < counted(rate) * 60 * 21; frame += 1) {
      const code = timecode(frame, rate);
      assert.ok(!known.has(code));
      known.add(code);
      assert.equal(frameWritten(code, rate), frame, code);
    }
  }
});

test("timecode at 29.97 keeps with the clock within two frames for a day", () => {
  const rate = /** @type {[number, number]} */ ([30000, 1001]);
  for (let hour = 0; hour < 24; hour += 1) {
    const [hours, minutes, seconds, frames] = timecode(frameOf(hour * 3600, rate), rate).split(/[:;]/).map(Number);
    assert.ok(Math.abs(hours * 3600 + minutes * 60 + seconds + frames / 30 - hour * 3600) < 0.1);
  }
});

test("what people write is a frame, or refused", () => {
  const rate = /** @type {[number, number]} */ ([25, 1]);
  assert.equal(frameWritten("1234", rate), 1234);
  assert.equal(frameWritten(" 2:05 ", rate), 55);
  assert.equal(frameWritten("1:00:00", rate), 1500);
  for (const text of ["", "abc", "1:", "00:00:00:25", "1:60:00", "-3", "1:2:3:4:5", "1.5s"]) assert.equal(frameWritten(text, rate), null, text);
  assert.equal(frameWritten("00:01:00;00", [30000, 1001]), null);
});
