// What is known of files on their way, kept by the browser until they are whole: after a reload, or another day.

/**
 * @typedef {object} Kept
 * @property {string} key
 * @property {string} to where it is announced: a path of the API
 * @property {Record<string, string>} as what it is, as the API is told
 * @property {string} path its name, after its folders
 * @property {string} name
 * @property {number} size
 * @property {string} fingerprint
 * @property {[number, string][]} md5s
 * @property {number} sent
 * @property {boolean} paused
 * @property {FileSystemFileHandle | null} handle
 */

/** @type {Promise<IDBDatabase> | null} */
let opening = null;

/** @returns {Promise<IDBDatabase>} */
function opened() {
  opening ??= new Promise((done, failed) => {
    const asked = indexedDB.open(`sending-${document.body.dataset.person ?? ""}`, 2);
    asked.onupgradeneeded = () => {
      for (const older of asked.result.objectStoreNames) asked.result.deleteObjectStore(older);
      asked.result.createObjectStore("files", { keyPath: "key" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opening;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(files: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function files(mode, act) {
  const asked = act((await opened()).transaction("files", mode).objectStore("files"));
  return new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

/** Every file that is not whole yet. @returns {Promise<Kept[]>} */
export const everyKept = () => files("readonly", (store) => store.getAll());

/** @param {Kept} one */
export const keep = (one) => files("readwrite", (store) => store.put(one));

/** @param {string} key */
export const forget = (key) => files("readwrite", (store) => store.delete(key));
