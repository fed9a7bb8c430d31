// Timecode and time of a frame. A frame is an integer from 0, a rate a pair of integers: frames are never told from
// seconds but by the rounding of times that the browser itself gives of a picture.

/** @typedef {[number, number]} Rate frames a second, as a fraction */

/** The frames that timecode counts in a second: 24 at 23.976, 30 at 29.97. @param {Rate} rate */
export const counted = ([over, under]) => Math.round(over / under);

/** Whether timecode leaves out numbers to keep with the clock: 29.97 and 59.94 (SMPTE ST 12-1). @param {Rate} rate */
export const drops = (rate) => rate[1] === 1001 && counted(rate) % 30 === 0;

/** The second to seek to: the middle of a frame, which no rounding moves to another. @param {number} frame @param {Rate} rate */
export const middle = (frame, [over, under]) => ((frame + 0.5) * under) / over;

/** The frame of a picture that is shown, by its own time in the film. @param {number} mediaTime seconds @param {Rate} rate */
export const frameOf = (mediaTime, [over, under]) => Math.round((mediaTime * over) / under);

/** `00:01:12:05`; a semicolon before the frames where numbers are left out. @param {number} frame @param {Rate} rate */
export function timecode(frame, rate) {
  const each = counted(rate);
  let number = frame;
  if (drops(rate)) {
    const left = each / 15; // 2 numbers a minute at 29.97, 4 at 59.94, none in each tenth minute
    const minute = each * 60 - left;
    const ten = minute * 10 + left;
    const over = frame % ten;
    number += Math.floor(frame / ten) * 9 * left + Math.max(0, Math.floor((over - left) / minute)) * left;
  }
  const seconds = Math.floor(number / each);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return `${clock}${drops(rate) ? ";" : ":"}${two(number % each)}`;
}

/**
 * The frame that somebody writes: `1234` is a frame, `12:05` seconds and frames, up to `00:01:12:05`; null where it is
 * neither, or a number that timecode leaves out.
 * @param {string} text
 * @param {Rate} rate
 * @returns {number | null}
 */
export function frameWritten(text, rate) {
  const parts = text.trim().split(/[:;.,]/);
  if (parts.length > 4 || !parts.every((part) => /^\d{1,9}$/.test(part))) return null;
  const numbers = parts.map(Number);
  if (numbers.length === 1) return numbers[0];
  const [frames, seconds = 0, minutes = 0, hours = 0] = numbers.reverse();
  const each = counted(rate);
  if (frames >= each || seconds > 59 || minutes > 59) return null;
  const whole = hours * 60 + minutes;
  const left = drops(rate) ? (each / 15) * (whole - Math.floor(whole / 10)) : 0;
  if (left && seconds === 0 && frames < each / 15 && minutes % 10) return null;
  return (whole * 60 + seconds) * each + frames - left;
}
