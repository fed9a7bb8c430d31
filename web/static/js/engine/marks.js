// Notes on the timeline: those that would fall on each other are one mark, which says how many it is.

/** @typedef {{ frame: number, open: boolean }} Flag a note on the timeline */
/** @typedef {{ place: number, first: number, last: number, count: number, open: number }} Mark its frames, and where its first one lies */

const ALONE = 9; // px that a flag takes
const COUNTED = 26; // px that a flag and a number of four digits take

/**
 * The marks of notes, in order.
 * @param {readonly Flag[]} flags in the order of their frames
 * @param {(frame: number) => number} at where the middle of a frame lies, in px
 * @returns {Mark[]}
 */
export function marks(flags, at) {
  /** @type {Mark[]} */
  const out = [];
  for (const { frame, open } of flags) {
    const place = at(frame);
    const before = out[out.length - 1];
    if (before && place - before.place < (before.count > 1 ? COUNTED : ALONE)) {
      before.last = frame;
      before.count += 1;
      before.open += Number(open);
    } else out.push({ place, first: frame, last: frame, count: 1, open: Number(open) });
  }
  return out;
}

/** The mark that lies at a place, if any. @param {readonly Mark[]} all @param {number} place in px */
export function markAt(all, place) {
  return all.find((one) => place >= one.place - 1 && place < one.place + (one.count > 1 ? COUNTED : ALONE)) ?? null;
}
