// A homeserver in this page, for visitors who have none. An element uses it by
// its `fetch` property. It responds as a Synapse does, and sends nothing anywhere:
// its emails and text messages are events of this object.
//
// Events: `message` (a message was sent), `opened` (a link was opened), `change`
// (any of them, or a request has changed the account).
import * as account from "./account.js";
import * as identityServer from "./identity-server.js";
import { SERVERS } from "./presets.js";
import { badGateway, error, limited } from "./responses.js";
import { completeFallback } from "./uia.js";
import { submitToken } from "./validation.js";

/** Channel on which the homeserver's own pages say what the user did there. */
export const CHANNEL = "matrix-threepids-homeserver";
const TOKEN = "playground";
const DAY = 24 * 60 * 60 * 1000;

/** Account of a new visitor. */
function createState() {
  const added = Date.now() - 40 * DAY;
  return {
    password: "wonderland",
    threepids: [{ medium: "email", address: "alice@example.org", validated_at: added, added_at: added }],
    /** Validation sessions. */
    sessions: [],
    /** UIA sessions by their ID. */
    uia: {},
    messages: [],
    /** Addresses that the identity server publishes. */
    shared: [],
  };
}

export class Homeserver extends EventTarget {
  userId = "@alice:example.org";
  accessToken = TOKEN;
  /** Fault of every request, by its name in `FAULTS`. */
  fault = "none";
  #storageKey;

  /**
   * `url` is the base URL, of which pages exist. `delay` is the time of each
   * response in ms. With `storageKey`, a reload keeps the account.
   */
  constructor({ url, server = "password", delay = 250, storageKey = null }) {
    super();
    this.url = url;
    this.server = server;
    this.delay = delay;
    this.#storageKey = storageKey;
    this.state = this.#read() ?? createState();
    const channel = new BroadcastChannel(CHANNEL);
    channel.addEventListener("message", ({ data }) => this.#hear(data));
  }

  /** Settings of the selected server. */
  get preset() {
    return SERVERS[this.server] ?? SERVERS.password;
  }

  /** The property `fetch` of an element. */
  fetch = async (request) => {
    if (this.fault === "offline") throw new TypeError("Failed to fetch");
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    request.signal.throwIfAborted();
    if (this.fault === "502") return badGateway();
    if (this.fault === "429" && request.method !== "GET") return limited(20_000);
    const body = await request.json().catch(() => ({}));
    const response = await this.#respond(request, body);
    if (request.method !== "GET") this.#change();
    return response;
  };

  #respond(request, body) {
    const path = request.url.slice(this.url.length).split("?")[0];
    const authorization = request.headers.get("authorization");
    const identity = /^\/_matrix\/identity\/v2\/(.*)$/.exec(path);
    if (identity) return identityServer.respond(this, request.method, identity[1], body, authorization);
    const below = /^\/_matrix\/client\/(.*)$/.exec(path)?.[1] ?? "";
    const open = account.respondToAnyone(this, request.method, below, body);
    if (open) return open;
    if (!authorization) return error(401, "M_MISSING_TOKEN", "Missing access token");
    if (authorization !== `Bearer ${TOKEN}`) {
      return error(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.", { soft_logout: false });
    }
    return account.respond(this, request.method, below.replace(/^(v3|r0)\//, ""), body);
  }

  /** Sends a message to the user. */
  deliver(message) {
    const sent = { ...message, id: this.state.messages.length + 1, at: Date.now(), isOpened: false };
    this.state.messages.push(sent);
    this.dispatchEvent(new CustomEvent("message", { detail: sent }));
    this.#change();
  }

  /** The user opens the link of an email. Returns whether the link was right. */
  openLink(link) {
    const isRight = submitToken(this, Object.fromEntries(new URL(link).searchParams));
    const message = this.state.messages.find((sent) => sent.link === link);
    if (message && isRight) {
      message.isOpened = true;
      this.dispatchEvent(new CustomEvent("opened", { detail: message }));
    }
    this.#change();
    return isRight;
  }

  /** Forgets everything, as if the visitor had just come. */
  restart() {
    this.state = createState();
    this.#change();
  }

  #hear(data) {
    if (data?.url !== this.url) return;
    if (data.type === "opened") this.openLink(data.link);
    if (data.type === "authenticated") {
      completeFallback(this, data.session, data.stage);
      this.#change();
    }
  }

  #read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#storageKey));
    } catch {
      return null;
    }
  }

  #change() {
    try {
      if (this.#storageKey) sessionStorage.setItem(this.#storageKey, JSON.stringify(this.state));
    } catch {
      // The browser forbids storage. Then a reload begins again.
    }
    this.dispatchEvent(new Event("change"));
  }
}
