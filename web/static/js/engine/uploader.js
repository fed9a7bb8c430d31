// One file on its way, part by part. Pure: what touches the network, the file or a clock is handed in.

export const IN_FLIGHT = 4; // parts that are sent at once
const BATCH = 8; // parts that are hashed and given links at once
const WAITS = [1, 2, 4, 8, 16]; // seconds before the same is tried again; after the last it is left to people
const ROUNDS = 5; // times the store may say that parts are damaged

/** Somebody paused it, or gave it up. */
export class Stopped extends Error {}

/** An answer that is not what was asked for. `parts`: those that the store lacks or has otherwise. */
export class Unwell extends Error {
  /**
   * @param {string} message
   * @param {number} status
   * @param {number[]} [parts]
   */
  constructor(message, status, parts = []) {
    super(message);
    this.status = status;
    this.parts = parts;
  }

  /** Whether trying the same again may help. */
  get passing() {
    return this.status === 0 || this.status === 409 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @typedef {{ id: string, state: string, cause: string, size: number, part_size: number, parts: number, there: { number: number, md5: string }[] }} Uploading
 * @typedef {{ links: { number: number, link: string }[], there: number[] }} Links
 * @typedef {object} Hands
 * @property {() => Promise<Uploading>} announce
 * @property {(upload: string, parts: { number: number, md5: string }[]) => Promise<Links>} sign
 * @property {(link: string, start: number, stop: number, md5: string, signal: AbortSignal) => Promise<void>} put
 * @property {(upload: string, md5s: string[]) => Promise<Uploading>} complete
 * @property {(start: number, stop: number) => Promise<string>} hash
 * @property {(seconds: number, signal: AbortSignal) => Promise<void>} wait
 * @property {(upload: Uploading, md5s: Map<number, string>) => void} keep what must be known after a reload
 * @property {(sent: number) => void} show bytes that the store has
 */

export class Uploader {
  /**
   * @param {number} size bytes of the file
   * @param {Hands} hands
   * @param {Map<number, string>} md5s of parts that were hashed before, by number
   */
  constructor(size, hands, md5s = new Map()) {
    this.size = size;
    this.hands = hands;
    this.md5s = md5s;
    this.stop = new AbortController();
  }

  /** Stops what is under way; `run` ends with `Stopped`. What the store has stays there. */
  pause() {
    this.stop.abort();
  }

  /**
   * Sends what the store lacks, and puts the file together.
   * @returns {Promise<Uploading>}
   */
  async run() {
    const upload = await this.again(() => this.hands.announce());
    if (!upload.parts) return upload;
    const there = new Map(upload.there.map((one) => [one.number, one.md5]));
    let wanted = Array.from({ length: upload.parts }, (_, at) => at + 1);
    for (let round = 1; ; round += 1) {
      await this.send(upload, wanted, there);
      const sums = Array.from({ length: upload.parts }, (_, at) => this.md5s.get(at + 1) ?? "");
      try {
        return await this.again(() => this.hands.complete(upload.id, sums));
      } catch (error) {
        if (!(error instanceof Unwell) || !error.parts.length || round === ROUNDS) throw error;
        wanted = error.parts;
        for (const number of wanted) there.delete(number);
      }
    }
  }

  /**
   * @param {Uploading} upload
   * @param {number[]} wanted
   * @param {Map<number, string>} there
   */
  async send(upload, wanted, there) {
    const left = [...wanted];
    /** @type {{ number: number, link: string }[]} */
    const ready = [];
    /** @type {Promise<void> | null} */
    let preparing = null;
    const prepare = async () => {
      const batch = left.splice(0, BATCH);
      for (const number of batch) await this.hashed(upload, number);
      const lacking = batch.filter((number) => there.get(number) !== this.md5s.get(number));
      if (lacking.length) {
        const { links, there: has } = await this.signed(upload, lacking);
        ready.push(...links);
        for (const number of has) there.set(number, this.md5s.get(number) ?? "");
      }
      this.show(upload, there);
    };
    const lane = async () => {
      for (;;) {
        this.refuseStopped();
        const next = ready.shift();
        if (next) {
          await this.part(upload, next.number, next.link);
          there.set(next.number, this.md5s.get(next.number) ?? "");
          this.show(upload, there);
        } else if (left.length || preparing) {
          preparing ??= prepare().finally(() => (preparing = null));
          await preparing;
        } else return;
      }
    };
    const lanes = Array.from({ length: IN_FLIGHT }, lane);
    try {
      await Promise.all(lanes);
    } catch (error) {
      this.stop.abort(); // one lane failed for good: the others end as well
      await Promise.allSettled(lanes);
      throw error;
    }
  }

  /**
   * Sends one part; a link that is too old is asked for again.
   * @param {Uploading} upload
   * @param {number} number
   * @param {string} link
   */
  async part(upload, number, link) {
    const [start, stop] = this.span(upload, number);
    let place = link;
    await this.again(async () => {
      try {
        await this.hands.put(place, start, stop, this.md5s.get(number) ?? "", this.stop.signal);
      } catch (error) {
        if (!(error instanceof Unwell) || error.passing || this.stop.signal.aborted) throw error;
        const { links } = await this.signed(upload, [number]);
        if (!links.length) return; // it is there after all
        place = links[0].link;
        throw new Unwell(error.message, 0); // refused once: a new link, and the same again
      }
    });
  }

  /**
   * @param {Uploading} upload
   * @param {number} number
   */
  async hashed(upload, number) {
    if (this.md5s.has(number)) return;
    this.refuseStopped();
    this.md5s.set(number, await this.hands.hash(...this.span(upload, number)));
    this.hands.keep(upload, this.md5s);
  }

  /**
   * @param {Uploading} upload
   * @param {number[]} numbers
   */
  signed(upload, numbers) {
    const parts = numbers.map((number) => ({ number, md5: this.md5s.get(number) ?? "" }));
    return this.again(() => this.hands.sign(upload.id, parts));
  }

  /**
   * Does it, and again after a while when it failed for a reason that passes.
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T>}
   */
  async again(act) {
    for (let tries = 0; ; tries += 1) {
      this.refuseStopped();
      try {
        return await act();
      } catch (error) {
        this.refuseStopped();
        if (!(error instanceof Unwell) || !error.passing || tries === WAITS.length) throw error;
        await this.hands.wait(WAITS[tries] * (0.75 + Math.random() / 2), this.stop.signal);
      }
    }
  }

  /**
   * The bytes of a part, half-open.
   * @param {Uploading} upload
   * @param {number} number
   * @returns {[number, number]}
   */
  span(upload, number) {
    const start = (number - 1) * upload.part_size;
    return [start, Math.min(this.size, start + upload.part_size)];
  }

  /**
   * @param {Uploading} upload
   * @param {Map<number, string>} there
   */
  show(upload, there) {
    let sent = 0;
    for (const number of there.keys()) {
      const [start, stop] = this.span(upload, number);
      sent += stop - start;
    }
    this.hands.show(sent);
  }

  refuseStopped() {
    if (this.stop.signal.aborted) throw new Stopped();
  }
}
