// Where the browser stores records of pending verifications.

import { attempt } from "./errors.js";

/** Beginning of the keys of our records, and name of the channel between tabs. */
export const NAME = "matrix-threepids/1";

/** `sessionStorage` and `localStorage`; undefined where one is forbidden. */
export const areas = (): (Storage | undefined)[] => [attempt(() => sessionStorage), attempt(() => localStorage)];

/** Keys of the records of all accounts in an area. */
export const recordKeys = (area: Storage | undefined): string[] =>
  attempt(() => Object.keys(area as Storage).filter((key) => key.startsWith(`${NAME} `)), []);

/** True if there are records of any account. */
export function hasRecords(): boolean {
  return areas().some((area) => recordKeys(area).length > 0);
}
