// Errors, and what else pages are handed.

/** What methods reject with, and what `threepids-error` tells. */
export class ThreepidsError extends Error {
  constructor({ code, message, status = null, retryAfterMs = null, recoverable = true }) {
    super(message);
    this.name = "ThreepidsError";
    Object.assign(this, { code, status, retryAfterMs, recoverable });
  }
}

export function errorDetail(code, message) {
  return { code, message, status: null, retryAfterMs: null, recoverable: true };
}

export function deepFreeze(value) {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

/** `respond` stays callable; everything in a detail is read-only. */
export function deepFreezeDetail(detail) {
  return detail === undefined ? null : deepFreeze(detail);
}

/** A promise, and what settles it. */
export function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  // Nobody may be waiting.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
