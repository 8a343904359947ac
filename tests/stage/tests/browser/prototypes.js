// In a page where every object has members that nobody gave it, the element is
// imported, reads its list, has a mail sent, and speaks another language.
// What a test wants the members to be: `window.kind`.
const { kind, entry, homeserver, elsewhere } = Object.fromEntries(new URLSearchParams(location.search));

/** Whatever is read of an object somewhere in the package, and by browsers of what they are handed. */
const NAMES = `
accessToken fetch authHandler messages identityServer homeserver userId mediums theme readOnly headingLevel
withoutHeading persist nextLink country lang rtl words missing tag asked done detail url href base_url m.homeserver
code message status retryAfterMs recoverable cause broken tryAgain records opened ask account default ar de en es fr
get set value writable enumerable configurable once passive capture signal subtree childList attributes characterData
attributeFilter attributeOldValue characterDataOldValue mode delegatesFocus slotAssignment clonable serializable
customElementRegistry bubbles cancelable composed credentials headers referrer referrerPolicy integrity keepalive
duplex priority window cache redirect body method ifAvailable steal module_or_path extends loaded
threepids address medium added_at validated_at errcode error flows stages session params completed retry_after_ms sid
submit_url user_id versions unstable_features capabilities policies name text action attempt
dateStyle timeStyle calendar numberingSystem hourCycle timeZone localeMatcher style unit unitDisplay type
className ref children onThreepidAdded respond auth password client_secret send_attempt email next_link id_server
`
  .trim()
  .split(/\s+/);

const members = {
  text: () => ({ value: "polluted", writable: true }),
  object: () => ({
    value: { url: elsewhere, href: elsewhere, base_url: elsewhere, accessToken: "polluted" },
    writable: true,
  }),
  number: () => ({ value: 7, writable: true }),
  readOnly: () => ({ value: "polluted", writable: false }),
  accessor: () => ({
    get: () => "polluted",
    set(value) {
      window.taken.push(value);
    },
  }),
  throwing: (name) => ({
    get() {
      throw new Error(`${name} is read`);
    },
    set() {
      throw new Error(`${name} is set`);
    },
  }),
};

window.taken = [];
const later = (ms) => new Promise((done) => setTimeout(done, ms));

async function until(condition) {
  for (let left = 1500; !condition(); left--) {
    if (left === 0) throw new Error(`never true: ${condition}`);
    await later(10);
  }
}

/** Everything in this module is made before; nothing of it is read by way of the prototype. */
const descriptors = NAMES.map((name) => [
  name,
  { __proto__: null, configurable: true, enumerable: true, ...members[kind]?.(name) },
]);
const numbers = Array.from({ length: 3 }, (_, at) => at);

async function live() {
  const { define, ThreepidsError, registerLocale } = await import(`/npm/${entry}.js`);
  define();
  registerLocale("fr", { remove: "Ôter" });
  const element = document.createElement("matrix-threepids");
  const password = document.createElement("matrix-account-password");
  for (const it of [element, password]) {
    it.setAttribute("homeserver", homeserver);
    it.setAttribute("mediums", "email msisdn");
    it.accessToken = "token";
    document.querySelector("main").append(it);
  }
  const shows = (it, text) => it.shadowRoot.textContent.includes(text);
  await until(
    () => shows(element, "alice@example.org") && shows(element, "Phone number") && shows(password, "New password"),
  );
  await element.addEmail("b@example.org");
  element.lang = "fr";
  await until(() => shows(element, "Adresses e-mail") && shows(element, "Ôter"));
  const error = await element.addEmail("nobody").catch((it) => it);
  const made = new ThreepidsError({ code: "a", message: "b" });
  return [error, made].map((it) => [
    it instanceof ThreepidsError,
    it.name,
    it.code,
    it.message,
    it.status,
    it.retryAfterMs,
    it.recoverable,
  ]);
}

// Until the test lets it go, and from then on until it is over, the browser's
// driver has nothing to do in here.
await fetch(`${homeserver}/_matrix/client/v3/begin`);
try {
  if (kind === "frozen") {
    for (const it of [
      Object,
      Function,
      Array,
      Error,
      TypeError,
      Promise,
      Map,
      Set,
      RegExp,
      String,
      Number,
      Date,
      Boolean,
      Symbol,
      Proxy,
      URL,
    ]) {
      if (it.prototype) Object.freeze(it.prototype);
      Object.freeze(it);
    }
    [JSON, Math, Reflect, Intl, globalThis.WebAssembly].forEach(Object.freeze);
  } else if (kind === "toJSON") {
    Object.prototype.toJSON = Array.prototype.toJSON = String.prototype.toJSON = () => "polluted";
  } else {
    for (const [name, descriptor] of descriptors) Object.defineProperty(Object.prototype, name, descriptor);
    for (const at of numbers)
      Object.defineProperty(Array.prototype, `extra${at}`, {
        __proto__: null,
        value: "polluted",
        configurable: true,
        enumerable: true,
      });
  }
  window.lived = await live();
} catch (error) {
  window.failed = String(error?.stack ?? error);
} finally {
  if (kind !== "frozen") {
    for (const name of NAMES) delete Object.prototype[name];
    for (const at of numbers) delete Array.prototype[`extra${at}`];
    for (const it of [Object, Array, String]) delete it.prototype.toJSON;
  }
  await fetch(`${homeserver}/_matrix/client/v3/over`);
}
