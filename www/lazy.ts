// Files that only some pages want: loaded when something wants them, and again
// when they did not come.

/** How long after each failure a file may be asked for again, in ms. */
const PAUSES = [1000, 4000, 15_000, 60_000];
/** A file that has not come by then is gone on without, in ms. */
const LIMIT = 10_000;

/** Of each file that did not come: lets it be asked for again. */
const missing = new Set();
let wanted = () => {};

/** Says what is called when files that did not come may be asked for again. */
export function onRetry(run) {
  wanted = run;
}

/** Lets all files that did not come be asked for again. */
export function retry() {
  if (missing.size === 0) return;
  missing.forEach((forget) => forget());
  wanted();
}

/**
 * A function that loads a file, once. If it does not come, the function rejects
 * until the pause is over, or until `retry` is called; the last pause never
 * ends by itself.
 */
export function lazily(load) {
  let loading;
  let failures = 0;
  let url;
  const forget = () => {
    missing.delete(forget);
    loading = undefined;
  };
  // Some browsers remember that a module did not come; under another URL, it may.
  const bring = () =>
    failures && url ? import(/* webpackIgnore: true */ /* @vite-ignore */ `${url}?${failures}`) : load();
  return () =>
    (loading ??= within(bring()).catch((error) => {
      url ??= /https?:\S+$/.exec(error?.message)?.[0];
      missing.add(forget);
      const pause = PAUSES[failures++];
      if (pause) setTimeout(() => missing.has(forget) && (forget(), wanted()), pause);
      throw error;
    }));
}

function within(promise) {
  const late = (reject) => setTimeout(() => reject(new Error("not there in time")), LIMIT);
  return Promise.race([promise, new Promise((_, reject) => late(reject))]);
}
