// The page on which files are sent: all of it is a drop zone; a button chooses files, another a folder.
import { take } from "./tray.js";

/** @typedef {{ file: File, path: string, handle: FileSystemFileHandle | null }} Chosen */

/** Makes the page take files, where it says for which video. */
export function drop() {
  const zone = document.querySelector("[data-drop]");
  const of = zone?.getAttribute("data-drop");
  if (!zone || !of) return;
  const to = `/videos/${of}/uploads`;
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    await take(to, {}, await dropped(event.dataTransfer));
  });
  for (const what of ["files", "folder"]) {
    const input = /** @type {HTMLInputElement} */ (document.getElementById(`choose-${what}`));
    const button = /** @type {HTMLButtonElement} */ (zone.querySelector(`[data-choose=${what}]`));
    button.addEventListener("click", () => choose(to, what, input));
    button.disabled = false; // before, a click would have done nothing
    input.addEventListener("change", async () => {
      const chosen = [...(input.files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name, handle: null }));
      input.value = "";
      await take(to, {}, chosen);
    });
  }
}

/**
 * Chooses files so that they can be read again after a reload, where the browser can do that.
 * @param {string} to
 * @param {string} what
 * @param {HTMLInputElement} input
 */
async function choose(to, what, input) {
  const picker = /** @type {any} */ (window).showOpenFilePicker;
  if (what === "folder" || !picker) return input.click();
  /** @type {FileSystemFileHandle[]} */
  const handles = await picker({ multiple: true }).catch(() => []); // nothing was chosen
  const chosen = await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), path: handle.name, handle })));
  return take(to, {}, chosen);
}

/** The files that were dropped, with the folders they lay in. @param {DataTransfer | null} given @returns {Promise<Chosen[]>} */
export async function dropped(given) {
  // asked for at once: after the first pause a browser has forgotten what was dropped
  const items = [...(given?.items ?? [])].filter((item) => item.kind === "file").map((item) => {
    const asks = /** @type {any} */ (item);
    return { handle: asks.getAsFileSystemHandle?.() ?? null, entry: item.webkitGetAsEntry(), file: item.getAsFile() };
  });
  /** @type {Chosen[]} */
  const out = [];
  for (const { handle, entry, file } of items) {
    const held = await handle;
    if (held) await walk(held, "", out);
    else if (entry?.isDirectory) await below(/** @type {FileSystemDirectoryEntry} */ (entry), `${entry.name}/`, out);
    else if (file) out.push({ file, path: file.name, handle: null });
  }
  return out;
}

/**
 * @param {any} held a handle of a file or a folder
 * @param {string} folder
 * @param {Chosen[]} out
 */
async function walk(held, folder, out) {
  if (held.kind === "file") out.push({ file: await held.getFile(), path: folder + held.name, handle: held });
  else for await (const inner of held.values()) await walk(inner, `${folder}${held.name}/`, out);
}

/**
 * The files of a folder, in browsers without handles; a folder is read a hundred names at a time.
 * @param {FileSystemDirectoryEntry} entry
 * @param {string} folder
 * @param {Chosen[]} out
 */
async function below(entry, folder, out) {
  const reader = entry.createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const found = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!found.length) return;
    for (const one of found) {
      if (one.isDirectory) await below(/** @type {FileSystemDirectoryEntry} */ (one), `${folder}${one.name}/`, out);
      else {
        const file = await new Promise((done, failed) => /** @type {FileSystemFileEntry} */ (one).file(done, failed));
        out.push({ file, path: folder + one.name, handle: null });
      }
    }
  }
}
