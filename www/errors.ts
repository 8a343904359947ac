// Errors, and other helpers that every file may use.

import type { ThreepidsErrorCode, ThreepidsErrorDetail } from "./types.js";

/** What the methods of the element reject with. */
export class ThreepidsError extends Error implements ThreepidsErrorDetail {
  // Fields are the object's own, even where `Error.prototype` is frozen.
  override readonly name = "ThreepidsError";
  readonly code: ThreepidsErrorCode;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly recoverable: boolean;
  declare readonly cause?: Error;

  constructor(detail: {
    code: ThreepidsErrorCode;
    message: string;
    /** Default: null. */
    status?: number | null;
    /** Default: null. */
    retryAfterMs?: number | null;
    /** Default: true. */
    recoverable?: boolean;
    cause?: Error;
  }) {
    const own = { __proto__: null, ...detail } as typeof detail;
    const { code, message, status = null, retryAfterMs = null, recoverable = true, cause } = own;
    super(message, cause && { __proto__: null, cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.recoverable = recoverable;
  }
}

/** Creates the detail of an error of the element's own. */
export function errorDetail(code: ThreepidsErrorCode, message: string, cause?: unknown): ThreepidsErrorDetail {
  return {
    code,
    message,
    status: null,
    retryAfterMs: null,
    recoverable: true,
    ...(cause ? { cause: cause as Error } : undefined),
  };
}

/** Freezes a value and everything in it; but not errors, which other code may use, too. */
export function deepFreeze<Value>(value: Value): Value {
  if (value && typeof value === "object" && !(value instanceof Error)) {
    Object.values(Object.freeze(value)).forEach(deepFreeze);
  }
  return value;
}

/** Freezes the detail of an event. Its `respond` stays callable. */
export function deepFreezeDetail(detail: unknown): unknown {
  return detail === undefined ? null : deepFreeze(detail);
}

/** A promise, and the functions that settle it. */
export interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function deferred(): Deferred {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((...both) => {
    [resolve, reject] = both;
  });
  // Otherwise the browser reports a rejection that no one waits for.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** Calls a function. If it throws or returns nothing, returns the other value. */
export function attempt<Result>(run: () => Result): Result | undefined;
export function attempt<Result>(run: () => Result, otherwise: NonNullable<Result>): NonNullable<Result>;
export function attempt<Result>(run: () => Result, otherwise?: Result): Result | undefined {
  try {
    return run() ?? otherwise;
  } catch {
    return otherwise;
  }
}

/**
 * Reads an object's own member. Members of `Object.prototype` do not count; nor
 * does a member that throws.
 */
export function member(object: unknown, name: string): unknown {
  return attempt(() => (Object.hasOwn(object as object, name) ? (object as Record<string, unknown>)[name] : undefined));
}

const complaints = new Set<string>();

/** Tells the developer of the page, once, what is wrong and what helps. */
export function complain(text: string, ...cause: unknown[]): void {
  const key = String([text, ...cause]);
  if (complaints.has(key)) return;
  complaints.add(key);
  console.error(`matrix-threepids: ${text}`, ...cause);
}
