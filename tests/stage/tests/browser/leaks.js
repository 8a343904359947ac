// Mounts and unmounts elements, and counts what they leave behind. Set before
// the element is loaded, to see all that it does.
const timers = new Set();
for (const [set, clear] of [
  ["setTimeout", "clearTimeout"],
  ["setInterval", "clearInterval"],
]) {
  const [start, end] = [globalThis[set], globalThis[clear]];
  globalThis[set] = (run, ...rest) => {
    const id = start(
      (...all) => {
        if (set === "setTimeout") timers.delete(id);
        run(...all);
      },
      ...rest,
    );
    timers.add(id);
    return id;
  };
  globalThis[clear] = (id) => {
    timers.delete(id);
    end(id);
  };
}
let memory;
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (...all) => {
  const made = await instantiate(...all);
  const { exports } = made.instance ?? made;
  memory = Object.values(exports).find((it) => it instanceof WebAssembly.Memory);
  return made;
};
let modules = 0;
for (const compile of ["compile", "compileStreaming"]) {
  const before = WebAssembly[compile];
  WebAssembly[compile] = (...all) => {
    modules += 1;
    return before.apply(WebAssembly, all);
  };
}

await import("/npm/define.js");

const answers = {
  "account/3pid": () => ({ threepids: [{ medium: "email", address: "alice@example.org", added_at: 1.7e12 }] }),
  "account/3pid/email/requestToken": () => ({ sid: "1" }),
};
const challenge = { session: "s", flows: [{ stages: ["m.login.password"] }], params: {} };
const fetchOf = async (request) =>
  request.url.endsWith("/account/password") ? Response.json(challenge, { status: 401 }) : answerTo(request);
const answerTo = (request) =>
  Response.json(answers[new URL(request.url).pathname.replace("/_matrix/client/v3/", "")]());
const event = (element, name) => new Promise((done) => element.addEventListener(name, done, { once: true }));
const turns = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

/** One element's life: list, a mail, an open dialog, and gone in the middle of it. */
async function live(language) {
  const element = document.createElement("matrix-threepids");
  element.homeserver = "https://matrix.example.org";
  element.mediums = "email msisdn";
  element.lang = language;
  element.fetch = fetchOf;
  element.accessToken = "token";
  const ready = event(element, "threepids-ready");
  document.querySelector("main").append(element);
  await ready;
  await element.addEmail("new@example.org");
  element.remove("email", "alice@example.org").catch(() => {});
  element.remove();
  return new WeakRef(element);
}

/** The other element's: a new password, an open dialog, and gone. */
async function liveWithPassword(language) {
  const element = document.createElement("matrix-account-password");
  Object.assign(element, {
    homeserver: "https://matrix.example.org",
    lang: language,
    fetch: fetchOf,
    accessToken: "token",
  });
  const asked = event(element, "threepid-auth-required");
  document.querySelector("main").append(element);
  const form = () => element.shadowRoot.querySelector("form.fields");
  while (!form()?.checkVisibility()) await turns();
  for (const field of form().querySelectorAll("[type=password]")) field.value = "a new one";
  form().requestSubmit();
  await asked;
  element.remove();
  return new WeakRef(element);
}

window.leaks = {
  elements: [],
  /** So many lives, one after the other. */
  async live(count) {
    for (let at = 0; at < count; at++) {
      const language = at % 2 ? "fr" : "en";
      this.elements.push(await live(language));
      // Every tenth, as each takes a turn of the page's.
      if (at % 10 === 0) this.elements.push(await liveWithPassword(language));
    }
    await turns();
  },
  /** What is left. */
  count() {
    this.elements = this.elements.filter((it) => it.deref());
    return { elements: this.elements.length, timers: timers.size, memory: memory.buffer.byteLength, modules };
  },
  /** So many at once. */
  async crowd(count) {
    const all = Array.from({ length: count }, () => {
      const element = document.createElement("matrix-threepids");
      Object.assign(element, { homeserver: "https://matrix.example.org", fetch: fetchOf, accessToken: "token" });
      return element;
    });
    const ready = all.map((it) => event(it, "threepids-ready"));
    document.querySelector("main").append(...all);
    await Promise.all(ready);
    return all.map((it) => it.threepids.length).reduce((a, b) => a + b);
  },
};
