// Ids that what is made here has from the start, so that sending it again makes no second one.

/**
 * A new id that nobody can guess, in order of time (RFC 9562, version 7).
 * @param {number} now milliseconds since 1970
 * @param {Uint8Array} chance 10 bytes
 */
export function newId(now, chance) {
  const time = Math.floor(now).toString(16).padStart(12, "0");
  const [first, second, ...rest] = chance;
  const bytes = [0x70 | (first & 0x0f), second, 0x80 | (rest[0] & 0x3f), ...rest.slice(1)];
  const text = time + bytes.map((one) => one.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
