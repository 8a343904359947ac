// Each statement is a mistake that the types have to find.
import { ThreepidsError, define, init, registerLocale, type Messages } from "matrix-threepids";
import french from "matrix-threepids/locales/fr.js";
// @ts-expect-error: no such entry
import "matrix-threepids/element";
// @ts-expect-error: no such language
import "matrix-threepids/locales/xx.js";
// @ts-expect-error: not exported
import { provide } from "matrix-threepids";

const element = document.createElement("matrix-threepids");

// @ts-expect-error: a name, not a class
define(HTMLElement);
// @ts-expect-error: bytes, a URL, a Request or a Response
init(42);
// @ts-expect-error: no such key
registerLocale("fr", { adress: "Adresse" });
// @ts-expect-error: texts only
registerLocale("fr", { add: 1 });
// @ts-expect-error: not complete
const incomplete: Messages = { add: "Ajouter" };
// @ts-expect-error: read-only
french.add = "Ajouter";

// @ts-expect-error: no such density
element.density = "roomy";
// @ts-expect-error: no such theme
element.theme = "black";
// @ts-expect-error: on or off
element.readOnly = "yes";
// @ts-expect-error: it is readOnly
element.readonly = true;
// @ts-expect-error: a string or a URL
element.homeserver = 8448;
// @ts-expect-error: it is userId
element.userID = "@alice:example.org";
// @ts-expect-error: no such place
element.persist = "cookie";
// @ts-expect-error: a token or what gets one
element.accessToken = 12345;
// @ts-expect-error: it has to give a string
element.accessToken = async () => 12345;
// @ts-expect-error: write-only, gives undefined
const token: string = element.accessToken;
// @ts-expect-error: it gets a Request, and gives a Response
element.fetch = (request: Request) => request.url;
// @ts-expect-error: the element adds the session
element.authHandler = () => ({ type: "m.login.password", session: "abc" });
// @ts-expect-error: an object with a `url`
element.identityServer = "https://id.example.org";
// @ts-expect-error: no such key
element.messages = { hinzufuegen: "Hinzufügen" };
// @ts-expect-error: read-only
element.threepids = [];
// @ts-expect-error: read-only
element.threepids.push({ medium: "email", address: "a@example.org" });
// @ts-expect-error: read-only
element.threepids[0]!.address = "a@example.org";
// @ts-expect-error: no secret is told
element.pending[0]!.clientSecret;
// @ts-expect-error: no such phase
element.pending[0]!.phase === "done";

// @ts-expect-error: an address is missing
element.addEmail();
// @ts-expect-error: an address, not a list
element.addEmail(["a@example.org"]);
// @ts-expect-error: the address is missing
element.remove("email");
// @ts-expect-error: the medium comes first, the address second
element.remove({ medium: "email", address: "a@example.org" });
// @ts-expect-error: it gives nothing
element.cancel("a@example.org").then((it) => it.address);
// @ts-expect-error: no such member
element.resend("a@example.org").then((it) => it.sid);
// @ts-expect-error: no such method
element.add("a@example.org");

// @ts-expect-error: the detail has no such member
element.addEventListener("threepid-added", (event) => event.detail.email);
// @ts-expect-error: no detail
element.addEventListener("threepids-ready", (event) => event.detail.threepids);
// @ts-expect-error: read-only
element.addEventListener("threepid-removed", (event) => (event.detail.address = ""));
// @ts-expect-error: an event that there is not has no detail
element.addEventListener("threepid-add", (event) => event.detail);
// @ts-expect-error: another event's detail
element.addEventListener("threepids-error", (event: CustomEvent<{ threepids: string[] }>) => event);
// @ts-expect-error: an answer or null
element.addEventListener("threepid-auth-required", (event) => event.detail.respond("password"));
// @ts-expect-error: nothing else is told of an error
element.addEventListener("threepids-error", (event) => event.detail.errcode);
// @ts-expect-error: code and message are needed
new ThreepidsError({ code: "network" });

export { incomplete, token };
