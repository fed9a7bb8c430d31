// Hashes pieces of files beside the page. A message: a number, and the piece; the answer: the number, and its MD5 in hex.
import { md5Hex } from "./md5.js";

addEventListener("message", async (event) => {
  const { id, piece } = /** @type {{ id: number, piece: Blob }} */ (event.data);
  try {
    postMessage({ id, md5: md5Hex(await piece.arrayBuffer()) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
});
