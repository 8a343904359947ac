// Errors, and what else pages are handed.

/** What methods reject with, and what `threepids-error` tells. */
export class ThreepidsError extends Error {
  // Fields are the object's own, even where `Error.prototype` is frozen.
  name = "ThreepidsError";
  code;
  status;
  retryAfterMs;
  recoverable;

  constructor(detail) {
    const { code, message, status = null, retryAfterMs = null, recoverable = true, cause } = {
      __proto__: null,
      ...detail,
    };
    super(message, cause && { __proto__: null, cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.recoverable = recoverable;
  }
}

/** What is told of an error of the element's own. */
export function errorDetail(code, message, cause) {
  return { code, message, status: null, retryAfterMs: null, recoverable: true, ...(cause && { cause }) };
}

/** Frozen, with everything in it; but not errors, which are also somebody else's. */
export function deepFreeze(value) {
  if (value && typeof value === "object" && !(value instanceof Error)) {
    Object.values(Object.freeze(value)).forEach(deepFreeze);
  }
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

/**
 * An object's own member. What all objects have by `Object.prototype` is
 * nobody's word; what cannot be read is not there.
 */
export function member(object, name) {
  try {
    return Object.hasOwn(object, name) ? object[name] : undefined;
  } catch {
    return undefined;
  }
}

const complaints = new Set();

/** Tells whoever made the page, once, what is wrong with it and what helps. */
export function complain(text, ...cause) {
  const key = String([text, ...cause]);
  if (complaints.has(key)) return;
  complaints.add(key);
  console.error(`matrix-threepids: ${text}`, ...cause);
}
