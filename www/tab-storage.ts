// What elements of one account share with each other, in this tab and in
// others of the same origin. Storage, channel and locks may each be missing,
// full or forbidden (a sandboxed frame, say): then every element is on its own.

import { attempt } from "./errors.js";
import { areas, NAME, recordKeys } from "./storage-areas.js";

const DAY_MS = 86_400_000;

/**
 * Removes from the browser's storage what no user comes back to: records of any
 * account that are more than a day old, and texts that are no records.
 */
export function removeOldRecords(): void {
  const now = Date.now();
  for (const area of areas()) {
    for (const key of recordKeys(area)) attempt(() => removeOldIn(area as Storage, key, now));
  }
}

function removeOldIn(area: Storage, key: string, now: number): void {
  const text = area.getItem(key);
  const records: Record<string, unknown> = { __proto__: null, ...attempt(() => JSON.parse(text as string)) };
  let lives = [records.limitedUntil, records.phonesLimitedUntil].some(
    (until) => (until as number) > now && (until as number) < now + DAY_MS,
  );
  for (const name of ["pending", "shares"]) {
    const all: unknown = records[name];
    if (!Array.isArray(all)) continue;
    const recent = all.filter((record) => Math.abs(now - record?.at) < DAY_MS);
    records[name] = recent;
    lives ||= recent.length > 0;
  }
  const kept = JSON.stringify(records);
  if (!lives) area.removeItem(key);
  else if (kept !== text) area.setItem(key, kept);
}

/** Those that are open in this page. */
const open = new Set<TabStorage>();

/** Receives what other elements of the account say. */
interface Listeners {
  /** Records of another element. */
  records(text: string): void;
  /** The link of this `sid` was opened. */
  opened(sid: string): void;
  /** The list has changed. */
  listChanged(): void;
}

/** The records of one account, as text: in the storage, and in other elements. */
export class TabStorage {
  readonly #account: string;
  readonly #key: string;
  // Where they are forbidden, these are undefined, and each use throws.
  readonly #area: Storage;
  readonly #channel: BroadcastChannel;
  #text: string;

  /**
   * @param local in `localStorage`; otherwise in `sessionStorage`
   * @param account homeserver and Matrix ID
   */
  constructor(local: boolean, account: string, listeners: Listeners) {
    this.#account = account;
    this.#key = `${NAME} ${account}`;
    const [area, other] = local ? areas().reverse() : areas();
    this.#area = area as Storage;
    removeOldRecords();
    // From before `persist` was changed.
    if (![...open].some((it) => it.#area === other && it.#key === this.#key)) {
      attempt(() => (other as Storage).removeItem(this.#key));
    }
    open.add(this);
    this.#text = attempt(() => this.#area.getItem(this.#key)) ?? "";
    this.#channel = attempt(() => new BroadcastChannel(NAME)) as BroadcastChannel;
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }) => {
      const heard: Record<string, unknown> = { __proto__: null, ...data };
      if (heard.account !== account) return;
      // Who asks another to finish has to know whether that can.
      if ((heard.ask || heard.opened) && this.#text) this.#broadcast({ records: this.#text });
      for (const what of ["records", "opened"] as const) {
        const text = heard[what];
        if (typeof text === "string") listeners[what](text);
      }
      if (heard.listChanged) listeners.listChanged();
    };
    this.#broadcast({ ask: true });
  }

  get text(): string {
    return this.#text;
  }

  /** Stores this text, and informs the others. Without a text, deletes the stored one. */
  save(text = ""): void {
    this.#text = text;
    attempt(() => (text ? this.#area.setItem(this.#key, text) : this.#area.removeItem(this.#key)));
    this.#broadcast({ records: text });
  }

  /** Informs the others that the link of this `sid` was opened. */
  sendLinkOpened(sid: string): void {
    this.#broadcast({ opened: sid });
  }

  /** Informs the others that the list has changed. */
  sendListChanged(): void {
    this.#broadcast({ listChanged: true });
  }

  close(): void {
    open.delete(this);
    attempt(() => this.#channel.close());
  }

  #broadcast(what: object): void {
    attempt(() => this.#channel.postMessage({ account: this.#account, ...what }));
  }
}

/**
 * Takes the lock of a validation session, so that one tab at a time adds.
 * @param patient waits for the other tab
 * @returns a function that releases it; null if another tab has it
 */
export function lock(sid: string, patient: boolean): Promise<(() => void) | null> {
  return new Promise((taken) => {
    const free = () => taken(() => {});
    const hold = (lock: Lock | null) => (lock ? new Promise<void>((release) => taken(release)) : taken(null));
    const held = attempt(() =>
      navigator.locks.request(`${NAME} ${sid}`, { __proto__: null, ifAvailable: !patient }, hold),
    );
    if (held) held.catch(free);
    else free();
  });
}
