// Everything that the types offer, used as it is meant.
import {
  MatrixAccountPasswordElement,
  MatrixThreepidsElement,
  ThreepidsError,
  define,
  init,
  registerLocale,
  type AccessTokenSource,
  type AuthAnswer,
  type AuthChallenge,
  type AuthHandler,
  type AuthRequired,
  type Fetch,
  type MatrixThreepidsAttributes,
  type MatrixThreepidsElementEventMap,
  type MatrixThreepidsEventMap,
  type MatrixThreepidsProperties,
  type Medium,
  type Messages,
  type Pending,
  type Threepid,
  type ThreepidAddress,
  type ThreepidRemoved,
  type ThreepidsErrorCode,
  type ThreepidsErrorDetail,
  type VerificationSent,
} from "matrix-threepids";
import "matrix-threepids/define";
import * as inline from "matrix-threepids/inline";
import * as cdn from "matrix-threepids/cdn";
import { bind, type BindOptions, type Client } from "matrix-threepids/matrix-js-sdk";
import { playFailure, playThreepids, requestToken, ThreepidsError as SameError } from "matrix-threepids/testing";
import french from "matrix-threepids/locales/fr";
import arabic from "matrix-threepids/locales/ar.js";
import english from "matrix-threepids/locales/en.js";

define();
define("my-addresses");
await init();
await init(new URL("/threepids.wasm", location.href));
await init(new Request("/threepids.wasm"));
await init(await fetch("/threepids.wasm"));
await init(new Uint8Array(8));
await inline.init();
cdn.define();

const messages: Messages = french;
registerLocale("fr-CA", { ...arabic, add: english.add });
registerLocale("eo", { add: "Aldoni" });

const element: MatrixThreepidsElement = document.createElement("matrix-threepids");
const found: MatrixThreepidsElement | null = document.querySelector("matrix-threepids");
const made = new MatrixThreepidsElement();
found?.append(made);

element.homeserver = "https://matrix.example.org";
element.homeserver = new URL("https://matrix.example.org");
element.userId = "@alice:example.org";
element.theme = "dark";
element.density = "compact";
element.readOnly = true;
element.headingLevel = 3;
element.withoutHeading = true;
element.mediums = "email msisdn";
element.nextLink = null;
element.persist = "session";
element.country = undefined;
const texted: VerificationSent = await element.addPhone("07700 900001", "GB");
void texted;
element.lang = "fr-CA";
element.messages = { add: "Hinzufügen" };
element.messages = messages;
element.messages = null;
const level: string = element.headingLevel;

const source: AccessTokenSource = async (reason: "initial" | "expired") => (reason === "initial" ? "a" : "b");
element.accessToken = "syt_a";
element.accessToken = source;
element.accessToken = () => null;
element.accessToken = async () => undefined;
element.accessToken = null;
const ownFetch: Fetch = (request) => fetch(request.url, { signal: request.signal });
element.fetch = ownFetch;
element.authHandler = async ({ action, flows, params, completed, error }) => {
  const stages: readonly string[] = flows[0]?.stages ?? completed;
  console.log(stages, params, error?.code, action === "add");
  return { type: "m.login.password", password: "…" };
};
const cancels: AuthHandler = () => null;
element.authHandler = cancels;
element.identityServer = { url: "https://id.example.org" };
element.identityServer = null;

const threepids: readonly Threepid[] = element.threepids;
const pending: readonly Pending[] = element.pending;
const phases: ("sent" | "waiting")[] = pending.map((it) => it.phase);
const added: (number | undefined)[] = threepids.map((it) => it.addedAt);

const list: readonly Threepid[] = await element.refresh();
const sent: VerificationSent = await element.addEmail("alice@example.org");
const again: VerificationSent = await element.resend(sent.address);
const nothing: void = await element.cancel("alice@example.org");
const removed: ThreepidRemoved = await element.remove("email", "alice@example.org");
const unbound: string | null = removed.unbindResult;
element.remove();
element.focus();

element.addEventListener("threepids-ready", (event) => event.detail satisfies null);
element.addEventListener("threepids-change", (event) => event.detail.threepids satisfies readonly Threepid[]);
element.addEventListener("threepid-before-add", (event) => {
  const { medium, address }: ThreepidAddress = event.detail;
  if (medium !== "email" || !address.endsWith("@example.org")) event.preventDefault();
});
element.addEventListener("threepid-before-remove", (event) => event.detail.medium satisfies Medium);
element.addEventListener("threepid-verification-sent", (event) => event.detail.attempt satisfies number);
element.addEventListener("threepid-added", (e) => e.detail.address satisfies string, { once: true });
element.addEventListener("threepid-removed", (event) => event.detail.unbindResult satisfies string | null);
element.addEventListener("threepid-auth-required", (event) => {
  const detail: AuthRequired = event.detail;
  const answer: AuthAnswer = { type: "m.login.sso" };
  detail.respond(answer);
  detail.respond(null);
});
element.addEventListener("threepids-session-expired", (event) => event.detail.softLogout satisfies boolean);
const complain = function (this: MatrixThreepidsElement, event: CustomEvent<ThreepidsErrorDetail>) {
  const { code, message, status, retryAfterMs, recoverable } = event.detail;
  console.log(this.homeserver, code, message, status?.toFixed(), retryAfterMs?.toFixed(), recoverable);
};
element.addEventListener("threepids-error", complain);
element.removeEventListener("threepids-error", complain);
element.addEventListener("click", (event) => event.clientX satisfies number);
element.addEventListener("another-one", (event: Event) => event.type);

try {
  await element.refresh();
} catch (error) {
  if (error instanceof ThreepidsError) {
    const code: ThreepidsErrorCode = error.code;
    console.log(code, error.status, error.retryAfterMs, error.recoverable, error.message);
  }
}
const detail: ThreepidsErrorDetail = new ThreepidsError({ code: "network", message: "no network" });

const attributes: MatrixThreepidsAttributes = {
  homeserver: "https://matrix.example.org",
  "user-id": "@a:b",
  readonly: "",
};
const properties: MatrixThreepidsProperties = { accessToken: source, theme: "auto" };
Object.assign(element, properties);
type Names = keyof MatrixThreepidsEventMap & keyof MatrixThreepidsElementEventMap;
const name: Names = "threepid-added";
const challenge = (it: AuthChallenge) => it.address ?? it.action;
const password: MatrixAccountPasswordElement = document.createElement("matrix-account-password");
password.addEventListener("password-changed", ({ detail }) => detail.logoutDevices satisfies boolean);
password.accessToken = source;

declare const client: Client;
const options: BindOptions = { renew: async () => null };
const release: () => void = bind(element, client, options);
release();
playThreepids(element, [{ medium: "email", address: "alice@example.org" }]);
playFailure(element, "addEmail", "M_THREEPID_IN_USE");
const tokenOfTest: string | null | undefined = await requestToken(element, "expired");
const sameError: typeof ThreepidsError = SameError;
void [tokenOfTest, sameError];

export { added, again, attributes, challenge, detail, level, list, name, nothing, phases, unbound };
