// Numbered pictures as one file: a zip without compression, the same pictures always the same bytes.

const MOST = 0xffffffff; // bytes: a zip of the plain kind tells its places in 32 bits
const DATE = 0x21; // 1 January 1980, the first day a zip can tell

const TABLE = Uint32Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** @param {File} file */
async function crc(file) {
  let value = 0xffffffff;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value: bytes } = await reader.read();
    if (done) return (value ^ 0xffffffff) >>> 0;
    for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  }
}

/**
 * @param {number} size
 * @param {[number, number, 2 | 4][]} fields where, what, of how many bytes
 */
function record(size, fields) {
  const view = new DataView(new ArrayBuffer(size));
  for (const [at, value, bytes] of fields) bytes === 2 ? view.setUint16(at, value, true) : view.setUint32(at, value, true);
  return view.buffer;
}

/**
 * The zip of some files, by their own names; null when they are too large for one.
 * @param {string} name
 * @param {File[]} files
 * @returns {Promise<File | null>}
 */
export async function zipped(name, files) {
  const ordered = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {BlobPart[]} */
  const index = [];
  let place = 0;
  let listed = 0;
  for (const file of ordered) {
    const label = new TextEncoder().encode(file.name);
    const sum = await crc(file);
    /** @type {[number, number, 2 | 4][]} */
    const common = [[0, 20, 2], [2, 0x800, 2], [4, 0, 2], [6, 0, 2], [8, DATE, 2], [10, sum, 4], [14, file.size, 4], [18, file.size, 4], [22, label.length, 2]];
    /** @param {number} by @returns {[number, number, 2 | 4][]} */
    const moved = (by) => common.map(([at, value, bytes]) => [at + by, value, bytes]);
    parts.push(record(30, [[0, 0x04034b50, 4], ...moved(4)]), label, file);
    index.push(record(46, [[0, 0x02014b50, 4], [4, 20, 2], ...moved(6), [42, place, 4]]), label);
    place += 30 + label.length + file.size;
    listed += 46 + label.length;
    if (place + listed > MOST || ordered.length > 0xffff) return null;
  }
  const end = record(22, [[0, 0x06054b50, 4], [8, ordered.length, 2], [10, ordered.length, 2], [12, listed, 4], [16, place, 4]]);
  return new File([...parts, ...index, end], `${name}.zip`, { type: "application/zip", lastModified: 0 });
}
