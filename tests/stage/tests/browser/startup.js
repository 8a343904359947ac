// Sets each property of two elements at a moment that a seed chooses, while
// they start, and keeps what comes of it. Seed 0 is the usual order: everything
// before the element is in the page.
const query = new URLSearchParams(location.search);
const tag = query.get("tag");
const homeserver = query.get("homeserver");
let state = Number(query.get("seed"));

/** A number below `n`: the same for the same seed. */
function random(n) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
}

window.said = window.said ?? [];
window.errors = [];
addEventListener("threepids-error", ({ detail }) => window.errors.push(`${detail.code}: ${detail.message}`));

const COMMON = {
  accessToken: () => "token",
  fetch: (request) => fetch(request),
  authHandler: () => null,
  messages: { emailAddresses: "Mes adresses", newPassword: "Le mot de passe" },
  homeserver,
  userId: "@alice:example.org",
  lang: "fr",
  theme: "dark",
  readOnly: false,
  headingLevel: 3,
  withoutHeading: false,
};
const OWN = {
  identityServer: { url: `${homeserver}/identity` },
  mediums: "email msisdn",
  persist: "none",
  nextLink: "/account",
  country: "DE",
};
const values = { ...COMMON, ...(tag === "matrix-threepids" ? OWN : {}) };

const MOMENTS = ["made", "defined", "appended", "a microtask later", "two", "wasm", "a task later", "words", "drawn"];
const usual = state === 0;
/** Each name, and the moment at which it is set; some before are set to something else. */
const plans = [0, 1].map(() => {
  const plan = MOMENTS.map(() => []);
  for (const [name, value] of Object.entries(values)) {
    const at = usual ? 0 : random(MOMENTS.length);
    plan[at].push([name, value]);
    // Some get another value first.
    if (usual || random(3)) continue;
    const other = { lang: "de", messages: { emailAddresses: "x" }, theme: "light", readOnly: true, mediums: "email" };
    if (Object.hasOwn(other, name)) plan[random(at + 1)].unshift([name, other[name]]);
  }
  // Some leave the page while they start, and are put back.
  const leave = usual ? -1 : random(MOMENTS.length * 2);
  return { plan, leave };
});

const main = document.querySelector("main");
const elements = plans.map(() => document.createElement(tag));
window.elements = elements;

async function reach(moment) {
  const at = MOMENTS.indexOf(moment);
  for (const [which, { plan, leave }] of plans.entries()) {
    if (leave === at && elements[which].isConnected) elements[which].remove();
    for (const [name, value] of plan[at]) elements[which][name] = value;
    if (leave === at) await null;
  }
}

await reach("made");
const { define, init } = await import("/index.js");
define();
await reach("defined");
main.append(...elements);
await reach("appended");
await null;
await reach("a microtask later");
await null;
await null;
await reach("two");
await init();
await reach("wasm");
await new Promise((done) => setTimeout(done));
await reach("a task later");
await reach("words");
await fetch("/let-go");
while (elements.some((it) => it.isConnected && !it.shadowRoot.querySelector("section"))) {
  await new Promise((done) => setTimeout(done, 10));
}
await reach("drawn");
// What had left is put back.
elements.forEach((it) => it.isConnected || main.append(it));

/** What an element shows, without what only a framework reads. */
// A keyboard that covers nothing may have been reported before a dialog was there.
window.shown = (which) =>
  elements[which].shadowRoot.innerHTML.replace(/<!--.*?-->/g, "").replaceAll(' style="--_covered: 0px;"', "");
window.set = true;
