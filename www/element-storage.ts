// The records that an element shares with others of the same account, or of the same
// homeserver where there is no account.

import { type OwnBridge, type Use, holdWeakly } from "./js-bridge.js";
import { actions } from "./late.js";
import { callRust, type MatrixElement } from "./matrix-element.js";
import type { Handle } from "./rust.js";
import type { TabStorage } from "./tab-storage.js";

/** Words that `persist` may have. */
export const PERSIST = ["session", "local", "none"];

/** Open records, by element. */
const storages = new WeakMap<MatrixElement, TabStorage>();

function openStorage(element: MatrixElement, local: boolean, account: string): string {
  closeStorage(element);
  const use = holdWeakly(element);
  const tell = (run: (handle: Handle) => void) => use((host) => callRust(host, run));
  const storage = new actions.TabStorage(local, account, {
    records: (text) => tell((handle) => handle.call("heardRecords", text, "")),
    opened: (sid) => tell((handle) => handle.call("heardLinkOpened", sid, "")),
    listChanged: () => tell((handle) => handle.call("heardListChanged", "", "")),
  });
  storages.set(element, storage);
  return storage.text;
}

/** Closes the records of an element, if they are open. */
export function closeStorage(element: MatrixElement): void {
  storages.get(element)?.close();
  storages.delete(element);
}

/** Members of the bridge of an element that has records. */
export const storageBridge = (use: Use<MatrixElement>): Partial<OwnBridge> => ({
  open: (local, account) => use((host) => openStorage(host, local, account)) ?? "",
  save: (text) => use((host) => storages.get(host)?.save(text)),
  sendLinkOpened: (sid) => use((host) => storages.get(host)?.sendLinkOpened(sid)),
  sendListChanged: () => use((host) => storages.get(host)?.sendListChanged()),
  shut: () => use((host) => closeStorage(host)),
  lock: (...given) => actions.lock(...given),
});
