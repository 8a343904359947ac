// <matrix-threepids>: Rust does the work, this is what a page sees of it. What
// it has in common with <matrix-account-password> stands in base.js.

import { MatrixElement, call, configure, emit, endow, held, method, named, own, speech } from "./base.js";
import { defineAs } from "./document.js";
import { complain, deepFreeze, errorDetail, member } from "./errors.js";
import { lazily } from "./lazy.js";
import { MatrixAccountPasswordElement } from "./password.js";
import { serverUrl } from "./session.js";
import { Store, absolute, lock, returnedSid, sweep, tidyAddress } from "./tabs.js";

export { provide, registerLocale } from "./base.js";
export { ThreepidsError } from "./errors.js";
export { MatrixAccountPasswordElement };

/** What `mediums` may name. */
const MEDIUMS = ["email", "msisdn"];
/** And `persist`. */
const PERSIST = ["session", "local", "none"];

/** What reads and writes numbers. */
const loadPhones = lazily(() => import("./phones.js"));
/** What draws what is there of an identity server. */
const loadIdentity = lazily(() => import("./identity.js"));

/** `<matrix-threepids>` */
export class MatrixThreepidsElement extends MatrixElement {
  /** What it shares with other elements of the account. */
  #store = null;
  #rust;
  /** `./phones.js`, once Rust has it. */
  #phones;
  /** `./identity.js`, once it is there. */
  #identity;
  /** Files of which the page was told that they did not come. */
  #told = new Set();

  /** Read the list. */
  refresh() {
    return method(this, (handle) => handle.refresh()).then(deepFreeze);
  }

  /** Have a mail sent to this address, so that it can be added. */
  addEmail(address) {
    return method(this, (handle) => handle.addEmail(String(address)));
  }

  /** Have a text message sent to this number, so that it can be added. */
  addPhone(number, country = "") {
    return method(this, (handle) => handle.addPhone(String(number), String(country)));
  }

  /** Have the mail or text message sent again. */
  resend(address) {
    return method(this, (handle) => handle.resend(String(address)));
  }

  /** Forget a pending verification. */
  cancel(address) {
    return method(this, (handle) => handle.cancel(String(address)));
  }

  /** Ask the person whether this address may be removed, and remove it. */
  remove(medium, address) {
    // Without arguments it is every element's own `remove()`.
    if (arguments.length === 0) return super.remove();
    return method(this, (handle) => handle.remove(String(medium), String(address)));
  }

  /** The addresses that are shown: a frozen copy. */
  get threepids() {
    return deepFreeze(call(this, (handle) => handle.threepids()) ?? []);
  }

  /** The pending verifications: a frozen copy. */
  get pending() {
    return deepFreeze(call(this, (handle) => handle.pending()) ?? []);
  }

  [own.hooks](weak) {
    return {
      open(local, account) {
        return weak.deref()?.#open(local, account) ?? "";
      },
      save(text) {
        weak.deref()?.#store?.save(text);
      },
      opened(sid) {
        weak.deref()?.#store?.opened(sid);
      },
      shut() {
        weak.deref()?.#shut();
      },
      async hash(...asked) {
        return weak.deref()?.#identity?.hash(...asked);
      },
      drawIdentity(...drawn) {
        weak.deref()?.#identity?.draw(...drawn, speech(weak.deref()));
      },
      lock,
      tidyAddress,
    };
  }

  /** The records of an account, shared with other elements. */
  #open(local, account) {
    this.#shut();
    const weak = new WeakRef(this);
    const tell = (run) => weak.deref() && call(weak.deref(), run);
    this.#store = new Store(local, account, {
      records: (text) => tell((handle) => handle.heardRecords(text)),
      opened: (sid) => tell((handle) => handle.heardOpened(sid)),
    });
    return this.#store.text;
  }

  #shut() {
    this.#store?.close();
    this.#store = null;
  }

  [own.crashed]() {
    this.#shut();
  }

  /** What is to be shown, each once. */
  #mediums() {
    const mediums = named(this, "mediums", MEDIUMS);
    return mediums.length ? [...new Set(mediums)] : ["email"];
  }

  async [own.prepare]() {
    if (!this.#mediums().includes("msisdn")) return;
    this.#phones = await loadPhones().catch((cause) => {
      // The email addresses are shown meanwhile; see `#load`.
      if (!this.#mediums().includes("email")) {
        throw new Error("phones.js could not be loaded", { __proto__: null, cause });
      }
    });
  }

  [own.ready](rust) {
    this.#rust = rust;
    if (this.#phones) rust.phones(this.#phones);
  }

  /** Something is to be shown from now on that was not before. */
  #load(load, name, keep) {
    load().then(
      (module) => {
        keep(module);
        configure(this);
      },
      (cause) => {
        if (this.#told.has(name)) return;
        this.#told.add(name);
        const message = `${name} could not be loaded`;
        complain(message, cause);
        emit(this, "threepids-error", errorDetail("internal", message, cause));
      },
    );
  }

  [own.words]() {
    return held(this, "identityServer") && {};
  }

  [own.config](text, { asked, messages }) {
    sweep();
    // Its words, too, are loaded by those who want them.
    const wanted = held(this, "identityServer");
    const url = wanted && serverUrl(member(wanted, "url"));
    if (wanted && !url) complain("identityServer.url is no https: URL");
    const identity = messages && url;
    const token = wanted && member(wanted, "accessToken");
    if (identity && !this.#identity) this.#load(loadIdentity, "identity.js", (it) => (this.#identity = it));
    const server = this.#identity && identity;
    const nextLink = absolute(text("next-link"));
    const mediums = this.#mediums().filter((it) => it !== "msisdn" || this.#phones);
    if (mediums.length < this.#mediums().length) {
      this.#load(loadPhones, "phones.js", (it) => this.#rust.phones((this.#phones = it)));
    }
    return {
      mediums,
      country: this.#phones?.home(text("country"), asked),
      persist: named(this, "persist", PERSIST)[0],
      identityServer: server?.host,
      identityUrl: server?.href.replace(/\/+$/, ""),
      identityToken: server && typeof token === "string" && token ? token : undefined,
      canHash: Boolean(crypto.subtle),
      nextLink,
      returned: nextLink && returnedSid(nextLink),
    };
  }
}

const REFLECTED = {
  mediums: ["mediums", "text"],
  nextLink: ["next-link", "text"],
  persist: ["persist", "text"],
  country: ["country", "text"],
};
endow(MatrixThreepidsElement, REFLECTED, ["identityServer"]);

/**
 * Defines both custom elements. Browsers that lack what they need keep what the
 * page put into the tags. Done twice, the first counts.
 */
export function define(tagName = "matrix-threepids", passwordTagName = "matrix-account-password") {
  defineAs(tagName, MatrixThreepidsElement);
  defineAs(passwordTagName, MatrixAccountPasswordElement);
}
