// What one session is made of: where its token comes from, and how it sends.
// Each is of the moment at which it was made: what an embedder sets later is
// another's. Nothing here throws; what goes wrong has a name that Rust knows.
// An embedder's functions are held weakly, as they may hold the element.

/** How long a server, an embedder's `fetch` or a token function may take, in ms. */
const LIMIT = 30_000;
const TIMEOUT = Symbol();
/** What a header can carry. */
const CARRIED = /^[\x20-\x7e\x80-\xff]+$/;
const LOOPBACK = /^(localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/;
let warned = false;

/** What comes of it in time, whether or not it hears the signal that it gets. */
async function limited(run, outer) {
  // Nobody waits for it by now.
  if (outer?.aborted) throw undefined;
  const controller = new AbortController();
  let end;
  let timer;
  const over = new Promise((_, reject) => {
    end = () => reject();
    timer = setTimeout(() => reject(TIMEOUT), LIMIT);
  });
  outer?.addEventListener("abort", end);
  try {
    return await Promise.race([run(controller.signal), over]);
  } catch (error) {
    controller.abort();
    throw error;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", end);
  }
}

/** The end of this task: what changes in one is used together. */
function taskEnd() {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(0);
  });
}

const weakly = (it) => (typeof it === "function" ? new WeakRef(it) : undefined);

/**
 * Where tokens come from: a string, or a function that gets one.
 */
export function tokensOf(source) {
  const controller = new AbortController();
  const own = weakly(source);
  // Not held below, where it may be a function.
  const text = typeof source === "string" ? source : Boolean(source);
  const settled = source && taskEnd();
  const ask = async (reason) => {
    await settled;
    if (own) return limited(async () => own.deref()?.(reason), controller.signal);
    return reason === "initial" ? text : null;
  };
  return {
    there: Boolean(text),
    /** Resolves with `[token]`, or why there is none. */
    async get(reason) {
      let token;
      try {
        token = await ask(reason);
      } catch (error) {
        if (error === TIMEOUT) return "timeout";
        if (!navigator.onLine) return "offline";
        return error instanceof TypeError || error?.name === "TypeError" ? "network" : "none";
      }
      // Blanks around it come from where it was copied.
      if (typeof token === "string") token = token.trim();
      if (!token) return "none";
      return typeof token === "string" && CARRIED.test(token) ? [token] : "invalid";
    },
    /** Nobody waits for it any more. */
    end() {
      controller.abort();
    },
  };
}

/**
 * How requests are sent: by the embedder's `fetch`, if there is one.
 */
export function senderOf(fetcher) {
  const own = weakly(fetcher);
  const usual = fetcher === undefined;
  const exchange = (url, init, read, outer) =>
    limited(async (signal) => {
      // Nothing that holds a token or a secret follows a redirect, or is kept.
      const request = new Request(url, {
        __proto__: null,
        ...init,
        signal,
        credentials: "omit",
        redirect: "error",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      return read(await (usual ? fetch(request) : own.deref()(request)));
    }, outer);
  return {
    /** Resolves with status, `Retry-After` and body, or why there is no answer. */
    async send(method, url, token, body, outer) {
      // Browsers may be wrong about it: it is tried all the same.
      const offline = !navigator.onLine;
      const headers = { __proto__: null };
      if (token !== undefined) headers.Authorization = `Bearer ${token}`;
      if (body !== undefined) headers["Content-Type"] = "application/json";
      const read = async (answer) => [answer.status, answer.headers.get("Retry-After"), await answer.text()];
      try {
        return await exchange(url, { method, headers, body }, read, outer);
      } catch (error) {
        if (error === TIMEOUT) return "timeout";
        return offline ? "offline" : "network";
      }
    },
    /** The JSON of what needs no token; null if that is not to be had. */
    async lookUp(url) {
      try {
        return await exchange(url, {}, async (answer) => (answer.status === 200 ? await answer.json() : null));
      } catch {
        return null;
      }
    },
  };
}

/**
 * The URL of a server; undefined of what is none, or might send a token where
 * it does not belong: to the page's own origin, or behind a `?`.
 */
export function serverUrl(text) {
  try {
    text = String(text);
  } catch {
    return undefined;
  }
  if (!/^https?:\/\/[^?#]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username || url.password) return undefined;
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname) && !warned) {
    warned = true;
    console.warn(`matrix-threepids: ${url.origin} gets access tokens and passwords unencrypted; use https`);
  }
  return url;
}

/** What an embedder answers, as JSON: reading it runs code of theirs. Undefined if it is none. */
export function plain(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
