// The live element of a page, with a homeserver of its own in the page.
import { Homeserver } from "../homeserver/homeserver.js";
import { define } from "../npm/index.js";
import { siteUrl } from "./dom.js";
import { Mailbox } from "./mailbox.js";

const stage = document.querySelector("[data-live]");
const { tag = "matrix-threepids", attributes = {}, server, accent, identity } = JSON.parse(stage.dataset.live);

define();
const homeserver = new Homeserver({ url: siteUrl("demo/homeserver"), server });
const mailbox = new Mailbox(document.querySelector(".live-messages"), (link) => homeserver.openLink(link));
mailbox.follow(homeserver);

const element = document.createElement(tag);
const all = {
  homeserver: homeserver.url,
  "user-id": homeserver.userId,
  "heading-level": "3",
  persist: "none",
  ...attributes,
};
for (const [name, value] of Object.entries(all)) element.setAttribute(name, value);
if (accent) {
  element.style.setProperty("--threepids-color-accent", accent);
  element.style.setProperty("--threepids-color-on-accent", "#fff");
}
if (identity) element.identityServer = { url: homeserver.url };
element.fetch = homeserver.fetch;
element.accessToken = homeserver.accessToken;
stage.append(element);
