// What elements of one account share with each other, in this tab and in
// others of the same origin. Storage, channel and locks may each be missing,
// full or forbidden (a sandboxed frame, say): then every element is on its own.

const NAME = "matrix-threepids/1";

function attempt(run) {
  try {
    return run();
  } catch {
    return undefined;
  }
}

const DAY_MS = 86_400_000;

/**
 * Takes out of the browser's storage what nobody comes back to: records of any
 * account that are more than a day old, and what is none.
 */
export function sweep() {
  const now = Date.now();
  for (const area of areas()) {
    for (const key of attempt(() => Object.keys(area)) ?? []) {
      if (key.startsWith(`${NAME} `)) attempt(() => tidy(area, key, now));
    }
  }
}

function tidy(area, key, now) {
  const text = area.getItem(key);
  const records = { __proto__: null, ...attempt(() => JSON.parse(text)) };
  let lives = [records.limitedUntil, records.phonesLimitedUntil].some(
    (until) => until > now && until < now + DAY_MS,
  );
  for (const name of ["pending", "shares"]) {
    if (!Array.isArray(records[name])) continue;
    records[name] = records[name].filter((it) => Math.abs(now - it?.at) < DAY_MS);
    lives ||= records[name].length > 0;
  }
  const kept = JSON.stringify(records);
  if (!lives) area.removeItem(key);
  else if (kept !== text) area.setItem(key, kept);
}

/** Those that are open in this page. */
const open = new Set();
const areas = () => [attempt(() => sessionStorage), attempt(() => localStorage)];

/** The records of one account, as text: where they are kept, and who else has them. */
export class Store {
  #account;
  #key;
  #area;
  #channel;
  #text;

  /**
   * @param {boolean} local in `localStorage`; otherwise in `sessionStorage`
   * @param {string} account homeserver and Matrix ID
   * @param {{records: (text: string) => void, opened: (sid: string) => void}} hear
   *   what another element has; that a link was opened, or (without a `sid`)
   *   that the list is another
   */
  constructor(local, account, hear) {
    this.#account = account;
    this.#key = `${NAME} ${account}`;
    const [area, other] = local ? areas().reverse() : areas();
    this.#area = area;
    sweep();
    // From before the embedder had it otherwise.
    if (![...open].some((it) => it.#area === other && it.#key === this.#key)) {
      attempt(() => other.removeItem(this.#key));
    }
    open.add(this);
    this.#text = attempt(() => this.#area.getItem(this.#key)) ?? "";
    this.#channel = attempt(() => new BroadcastChannel(NAME));
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }) => {
      const heard = { __proto__: null, ...data };
      if (heard.account !== account) return;
      // Who asks another to finish has to know whether that can.
      if ((heard.ask || heard.opened) && this.#text) this.#tell({ records: this.#text });
      for (const what of ["records", "opened"]) {
        if (typeof heard[what] === "string") hear[what](heard[what]);
      }
    };
    this.#tell({ ask: true });
  }

  get text() {
    return this.#text;
  }

  /** Keeps this text, and tells the others; nothing is kept if it is empty. */
  save(text) {
    this.#text = text;
    attempt(() => (text ? this.#area.setItem(this.#key, text) : this.#area.removeItem(this.#key)));
    this.#tell({ records: text });
  }

  /** A link was opened; without a `sid`: the list is another. */
  opened(sid) {
    this.#tell({ opened: sid });
  }

  close() {
    open.delete(this);
    attempt(() => this.#channel.close());
  }

  #tell(what) {
    attempt(() => this.#channel.postMessage({ account: this.#account, ...what }));
  }
}

/**
 * Takes the lock of a validation session, so that one tab at a time adds.
 * @param {boolean} patient wait for the other tab; otherwise it is let be
 * @returns {Promise<(() => void) | null>} what gives it back; null if another tab has it
 */
export function lock(sid, patient) {
  return new Promise((taken) => {
    const free = () => taken(() => {});
    const hold = (lock) => (lock ? new Promise((release) => taken(release)) : taken(null));
    const held = attempt(() => navigator.locks.request(`${NAME} ${sid}`, { __proto__: null, ifAvailable: !patient }, hold));
    if (held) held.catch(free);
    else free();
  });
}

// The server adds it at the very end, even after a fragment.
const SID = /([?&])sid=([^&#]*)(&?)/g;

/** The absolute URL of a `next-link`; undefined if it is none. */
export function absolute(link) {
  const url = link && attempt(() => new URL(link, document.baseURI));
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/**
 * A path without what web servers add to it or take away: the slash at its end,
 * `index.html`, `.html`; decoded.
 */
function plainPath({ pathname }) {
  const path = attempt(() => decodeURIComponent(pathname)) ?? pathname;
  return path.replace(/(\/index)?(\.html?)?\/*$/, "");
}

/** The `sid` that the browser came back with, if it is at the `next-link`. */
export function returnedSid(link) {
  const [there, here] = [new URL(link), new URL(location.href)];
  if (there.origin !== here.origin || plainPath(there) !== plainPath(here)) return undefined;
  const last = [...here.href.matchAll(SID)].at(-1);
  return (last && attempt(() => decodeURIComponent(last[2]))) || undefined;
}

/** Takes the `sid` out of the address bar; the history's state stays. */
export function tidyAddress(sid) {
  const url = location.href.replace(SID, (all, before, value, after) =>
    attempt(() => decodeURIComponent(value)) === sid ? (after && before) : all,
  );
  attempt(() => history.replaceState(history.state, "", url));
}
