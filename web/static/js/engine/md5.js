// MD5 (RFC 1321) of a whole buffer: what S3 knows a part by. It finds what was damaged on its way; it protects from nobody.

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Int32Array.from({ length: 64 }, (_, at) => (Math.abs(Math.sin(at + 1)) * 2 ** 32) | 0);
const TURNS = Int32Array.from({ length: 64 }, (_, at) => SHIFTS[(at >> 4) * 4 + (at & 3)]);
const PLACES = Int32Array.from({ length: 64 }, (_, at) => [at, 5 * at + 1, 3 * at + 5, 7 * at][at >> 4] & 15);

/**
 * The sixteen bytes of the MD5 of a buffer.
 * @param {ArrayBuffer} buffer
 * @returns {Uint8Array}
 */
export function md5(buffer) {
  const sum = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const whole = buffer.byteLength >> 6;
  rounds(sum, new Int32Array(buffer, 0, whole * 16), whole);
  const left = new Uint8Array(buffer, whole * 64);
  const last = new Uint8Array(left.length < 56 ? 64 : 128);
  last.set(left);
  last[left.length] = 0x80;
  new DataView(last.buffer).setBigUint64(last.length - 8, BigInt(buffer.byteLength) * 8n, true);
  rounds(sum, new Int32Array(last.buffer), last.length >> 6);
  return new Uint8Array(sum.buffer);
}

/**
 * The same in hex.
 * @param {ArrayBuffer} buffer
 */
export function md5Hex(buffer) {
  return Array.from(md5(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Int32Array} sum
 * @param {Int32Array} words
 * @param {number} blocks
 */
function rounds(sum, words, blocks) {
  for (let block = 0; block < blocks; block += 1) {
    const start = block * 16;
    let [a, b, c, d] = sum;
    for (let at = 0; at < 64; at += 1) {
      let mixed;
      if (at < 16) mixed = (b & c) | (~b & d);
      else if (at < 32) mixed = (d & b) | (~d & c);
      else if (at < 48) mixed = b ^ c ^ d;
      else mixed = c ^ (b | ~d);
      const added = (a + mixed + SINES[at] + words[start + PLACES[at]]) | 0;
      const turn = TURNS[at];
      a = d;
      d = c;
      c = b;
      b = (b + ((added << turn) | (added >>> (32 - turn)))) | 0;
    }
    sum[0] += a;
    sum[1] += b;
    sum[2] += c;
    sum[3] += d;
  }
}
