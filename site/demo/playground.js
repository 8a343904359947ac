// The playground: one element, a homeserver, its messages, and the settings.
import { connectCopyButton } from "../assets/copy.js";
import { element, siteUrl } from "../assets/dom.js";
import { highlight } from "../assets/highlight.js";
import { Mailbox } from "../assets/mailbox.js";
import { connectTabs } from "../assets/tabs.js";
import { Homeserver } from "../homeserver/homeserver.js";
import { FAULTS, SERVERS } from "../homeserver/presets.js";
import { define } from "../npm/index.js";
import { writeCode } from "./code.js";
import { logEvents } from "./event-log.js";
import { followMails, readSession } from "./real-server.js";
import { applySettings, fillForm, readForm, readUrl, tagOf, writeUrl } from "./settings.js";
import { followStory } from "./story.js";

const REAL = "real";
/** Storage of the elements, which belongs to the account of before. */
const ELEMENT_STORAGE = "matrix-threepids/";
const find = (selector) => document.querySelector(selector);

define();
const stage = find("#preview");
const form = find("#settings");
const serverField = find("#server");
const session = await readSession();
const parameters = new URLSearchParams(location.search);
const named = parameters.get("server");

const homeserver = new Homeserver({
  url: siteUrl("demo/homeserver"),
  server: named in SERVERS ? named : "password",
  storageKey: "playground",
});
const mailbox = new Mailbox(find("#mailbox"), (link) => homeserver.openLink(link));
const showMessages = mailbox.follow(homeserver);
const clearEvents = logEvents(stage, find("#events"), find("#event-count"));
const story = followStory(find("#story"), stage, homeserver);

const isReal = () => serverField.value === REAL;

function fillServers() {
  if (session) serverField.append(element("option", { value: REAL, textContent: "Real Synapse of this demo" }));
  for (const [value, { name }] of Object.entries(SERVERS)) {
    serverField.append(element("option", { value, textContent: name }));
  }
  const kept = sessionStorage.getItem("playground-server");
  const wanted = [named, kept].find((value) => value in SERVERS || (session && value === REAL));
  serverField.value = wanted ?? (session ? REAL : "password");
}

/** Removes what the elements stored for the account of before. */
function forgetStored() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(ELEMENT_STORAGE)) sessionStorage.removeItem(key);
  }
}

/** Creates the element again, for the selected homeserver. */
function createElement() {
  const settings = readForm(form);
  const made = document.createElement(tagOf(settings));
  made.setAttribute("heading-level", "3");
  if (isReal()) {
    made.setAttribute("homeserver", session.homeserver);
    made.setAttribute("user-id", session.userId);
  } else {
    made.setAttribute("homeserver", homeserver.url);
    made.setAttribute("user-id", homeserver.userId);
    made.fetch = homeserver.fetch;
  }
  applySettings(made, settings, homeserver.url);
  made.accessToken = isReal() ? session.accessToken : homeserver.accessToken;
  stage.replaceChildren(made);
}

function describeServer() {
  find("#where").textContent = isReal()
    ? "against the Synapse that cargo xtask demo has started"
    : "against a homeserver that runs in this page: nothing is sent anywhere";
  const about = isReal()
    ? "It runs on your machine, and its mail server catches every email."
    : homeserver.preset.about;
  find("#server-about").textContent = about;
  find("#password").textContent = isReal() ? session.password : homeserver.state.password;
  find("#faults").disabled = isReal();
}

function showCode() {
  const { code, css } = writeCode(find("#frameworks [aria-selected=true]").dataset.framework, readForm(form));
  highlight(find("#code-text"), code);
  find("#code-css").hidden = css === "";
  highlight(find("#code-css-text"), css);
}

function applyForm() {
  const settings = readForm(form);
  const [shown] = stage.children;
  if (shown?.localName === tagOf(settings)) applySettings(shown, settings, homeserver.url);
  else createElement();
  stage.dataset.theme = settings.theme;
  find("#country").hidden = !settings.mediums.includes("msisdn");
  const only = settings.element === "threepids";
  for (const field of form.querySelectorAll("[data-only=threepids]")) field.hidden = !only;
  showCode();
  history.replaceState(null, "", location.pathname + writeUrl(settings, named && serverField.value) + location.hash);
}

/** Begins again with the selected homeserver. */
function restart() {
  stage.replaceChildren();
  forgetStored();
  homeserver.server = isReal() ? "password" : serverField.value;
  homeserver.restart();
  showMessages();
  clearEvents();
  story.restart();
  describeServer();
  createElement();
}

function setFault(fault) {
  homeserver.fault = fault;
  find("#fault-about").textContent = FAULTS[fault].about;
  // The element asks the browser, and listens to its events.
  const online = fault !== "offline";
  if (navigator.onLine === online) return;
  Object.defineProperty(navigator, "onLine", { value: online, configurable: true });
  window.dispatchEvent(new Event(online ? "online" : "offline"));
}

fillServers();
fillForm(form, readUrl(location.search));
if (!isReal()) homeserver.server = serverField.value;
connectTabs(find("#tools"));
connectTabs(find("#frameworks"), showCode);
connectCopyButton(find("#copy-code"), () => {
  const { code, css } = writeCode(find("#frameworks [aria-selected=true]").dataset.framework, readForm(form));
  return css ? `${code}\n\n/* CSS */\n${css}` : code;
});
form.addEventListener("input", applyForm);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(applyForm));
serverField.addEventListener("change", () => {
  sessionStorage.setItem("playground-server", serverField.value);
  restart();
});
find("#faults").addEventListener("change", (event) => setFault(event.target.value));
find("#restart").addEventListener("click", restart);
find("#clear-events").addEventListener("click", clearEvents);
homeserver.addEventListener("change", describeServer);
describeServer();
applyForm();
if (session) followMails((mail) => mailbox.add(mail));
