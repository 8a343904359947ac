// Files that only some pages want: loaded when something wants them, and again
// when they did not come.

/** How long after each failure a file may be asked for again, in ms. */
const PAUSES = [1000, 4000, 15_000, 60_000];
/** A file that has not come by then is gone on without, in ms. */
const LIMIT = 10_000;

/** Of each file that did not come: lets it be asked for again. */
const missing = new Set<() => void>();
let wanted: () => void = () => {};

/** Says what is called when files that did not come may be asked for again. */
export function onRetry(run: () => void): void {
  wanted = run;
}

/** Lets all files that did not come be asked for again. */
export function retry(): void {
  if (missing.size === 0) return;
  missing.forEach((forget) => forget());
  wanted();
}

/**
 * A function that loads a file, once. If it does not come, the function rejects
 * until the pause is over, or until `retry` is called; the last pause never
 * ends by itself.
 *
 * @param limit time after which the page goes on without the file, in ms
 */
export function lazy<Module>(load: () => Promise<Module>, limit = LIMIT): () => Promise<Module> {
  let loading: Promise<Module> | undefined;
  let failures = 0;
  let url: string | undefined;
  const forget = () => {
    missing.delete(forget);
    loading = undefined;
  };
  // Some browsers remember that a module did not come; under another URL, it may.
  // The build marks this import, so that bundlers leave it alone.
  const request = (): Promise<Module> => (failures && url ? import(`${url}?${failures}`) : load());
  return () =>
    (loading ??= within(request(), limit).catch((error) => {
      url ??= /https?:\S+$/.exec(error?.message)?.[0];
      missing.add(forget);
      const pause = PAUSES[failures++];
      const again = () => {
        if (!missing.has(forget)) return;
        forget();
        wanted();
      };
      if (pause) setTimeout(again, pause);
      throw error;
    }));
}

function within<Module>(promise: Promise<Module>, limit: number): Promise<Module> {
  const late = (reject: (error: Error) => void) => setTimeout(() => reject(new Error("not there in time")), limit);
  return Promise.race([promise, new Promise<never>((_, reject) => late(reject))]);
}
