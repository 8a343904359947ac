// What one session is made of: where its token comes from, and how it sends.
// Each is of the moment at which it was made: what a host application sets later is
// another's. Nothing here throws; what goes wrong has a name that Rust knows.
// Functions of the host application are held weakly, as they may hold the element.

import type { AccessTokenSource, Fetch } from "./types.js";

/** Limit for a server, a `fetch` of the host application and a token function, in ms. */
const LIMIT = 30_000;
const TIMEOUT = Symbol();
/** What a header can carry. */
const CARRIED = /^[\x20-\x7e\x80-\xff]+$/;

/** A token, or the reason why there is none. */
type TokenResult = [token: string] | "invalid" | "network" | "none" | "offline" | "timeout";
/** A complete response with status, `Retry-After` and body, or the reason why there is none. */
type SendResult = Response | "network" | "offline" | "timeout";

/** Source of tokens, for one value of `accessToken`. */
export interface TokenSource {
  /** True if `accessToken` is set. */
  readonly there: boolean;
  /** Resolves with `[token]`, or with the reason why there is none. */
  get(reason: "initial" | "expired"): Promise<TokenResult>;
  /** Gets a token before Rust asks for it. The next `get("initial")` has the same result. */
  getEarly(): Promise<TokenResult>;
  /** Ends the wait for a token. */
  end(): void;
}

/** A request that was sent before Rust asked for it. */
interface EarlyRequest {
  readonly authorization: string | null;
  readonly result: Promise<SendResult>;
  /** When its result came, in ms. Later than the time limit, that counts no more. */
  at: number;
  abort(): void;
}

/** Sender of requests, for one value of `fetch`. */
export interface Sender {
  /** Resolves with a complete response, or with the reason why there is none. */
  send(request: Request, outer: AbortSignal): Promise<SendResult>;
  /** Sends a `GET` before Rust does. Until `forgetEarly`, `send` of the same request has the same result. */
  sendEarly(request: Request): Promise<SendResult>;
  forgetEarly(request: Request): void;
  /** Resolves with the JSON of a request without a token, or with null. */
  lookUp(url: string): Promise<unknown>;
}

/** What comes of it in time, whether or not it hears the signal that it gets. */
async function limited<Result>(
  run: (signal: AbortSignal) => Promise<Result> | Result,
  outer?: AbortSignal,
): Promise<Result> {
  // No one waits for it by now.
  if (outer?.aborted) throw undefined;
  const controller = new AbortController();
  let end!: () => void;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_, reject) => {
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
function taskEnd(): Promise<void> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(0);
  });
}

/** Source for requests that have no token: Rust gets an empty one, which is not sent. */
export const NO_TOKENS = {
  // So that no list is requested.
  there: false,
  get: async (reason) => (reason === "initial" ? [""] : "none"),
  end() {},
} as TokenSource;

const weakly = <Value>(value: Value) =>
  typeof value === "function" ? new WeakRef(value as Value & WeakKey) : undefined;

/**
 * Where tokens come from: a string, or a function that gets one.
 */
export function tokensOf(source?: string | AccessTokenSource | null): TokenSource {
  const controller = new AbortController();
  const own = weakly(source) as WeakRef<AccessTokenSource> | undefined;
  // Not held below, where it may be a function.
  const text = typeof source === "string" ? source : Boolean(source);
  const settled = source && taskEnd();
  const ask = async (reason: "initial" | "expired"): Promise<unknown> => {
    await settled;
    if (own) return limited(async () => own.deref()?.(reason), controller.signal);
    return reason === "initial" ? text : null;
  };
  let early: Promise<TokenResult> | undefined;
  return {
    there: Boolean(text),
    getEarly() {
      early ??= this.get("initial");
      return early;
    },
    async get(reason) {
      if (early && reason === "initial") {
        const result = early;
        early = undefined;
        return result;
      }
      let token: unknown;
      try {
        token = await ask(reason);
      } catch (error) {
        if (error === TIMEOUT) return "timeout";
        if (!navigator.onLine) return "offline";
        return error instanceof TypeError || (error as Error | undefined)?.name === "TypeError" ? "network" : "none";
      }
      // Blanks around it come from where it was copied.
      if (typeof token === "string") token = token.trim();
      if (!token) return "none";
      return typeof token === "string" && CARRIED.test(token) ? [token] : "invalid";
    },
    end() {
      controller.abort();
    },
  };
}

/**
 * Creates a sender of requests: with the `fetch` of the host application, if there is one.
 */
export function senderOf(fetcher?: Fetch): Sender {
  const own = weakly(fetcher);
  const usual = fetcher === undefined;
  const exchange = (request: Request, outer?: AbortSignal) =>
    limited(async (signal) => {
      // Nothing that holds a token or a secret follows a redirect, or is kept.
      const sent = new Request(request, {
        __proto__: null,
        signal,
        credentials: "omit",
        redirect: "error",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      const answer = await (usual ? fetch(sent) : ((own as WeakRef<Fetch>).deref() as Fetch)(sent));
      // A new one: what the host application's `fetch` returns may throw when Rust reads it.
      const [body, retryAfter] = [`${await answer.text()}`, answer.headers.get("Retry-After")];
      const headers: HeadersInit = retryAfter ? [["Retry-After", retryAfter]] : [];
      return new Response(body || null, { __proto__: null, status: answer.status ?? 0, headers });
    }, outer);
  const early = new Map<string, EarlyRequest>();
  const takeEarly = ({ method, url, headers }: Request): EarlyRequest | undefined => {
    const sent = method === "GET" && early.get(url);
    if (!sent) return undefined;
    early.delete(url);
    const isSame = sent.authorization === headers.get("Authorization");
    return isSame && performance.now() - sent.at < LIMIT ? sent : undefined;
  };
  return {
    sendEarly(request) {
      let sent = takeEarly(request);
      if (!sent) {
        const controller = new AbortController();
        const result = this.send(request, controller.signal);
        const authorization = request.headers.get("Authorization");
        const started: EarlyRequest = { authorization, result, at: Infinity, abort: () => controller.abort() };
        result.then(() => {
          started.at = performance.now();
        });
        sent = started;
      }
      early.set(request.url, sent);
      return sent.result;
    },
    forgetEarly({ url }) {
      early.delete(url);
    },
    async send(request, outer) {
      const sent = takeEarly(request);
      if (sent) {
        outer.addEventListener("abort", sent.abort);
        return sent.result;
      }
      // Browsers may be wrong about it: it is tried all the same.
      const offline = !navigator.onLine;
      try {
        return await exchange(request, outer);
      } catch (error) {
        if (error === TIMEOUT) return "timeout";
        return offline ? "offline" : "network";
      }
    },
    async lookUp(url) {
      try {
        const answer = await exchange(new Request(url));
        return answer.status === 200 ? await answer.json() : null;
      } catch {
        return null;
      }
    },
  };
}
