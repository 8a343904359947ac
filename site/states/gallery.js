// The gallery: all states in groups, each in a frame, so that dialogs and widths
// are as on a page of their own. A frame loads when it is near the viewport.
import { element } from "../assets/dom.js";
import { directionOf } from "./direction.js";
import { GROUPS } from "./groups.js";

const find = (selector) => document.querySelector(selector);
const form = find("#display");
const DEFAULTS = { filter: "", theme: "auto", width: "400", lang: "en" };
/** Height of a frame in which a dialog is open. */
const DIALOG_HEIGHT = 560;

const slug = (text) => text.toLowerCase().replaceAll(" ", "-");
const sentence = (name) => name.replaceAll("-", " ");
const read = () => ({ ...DEFAULTS, ...Object.fromEntries(new FormData(form)) });

function frameUrl(name, { theme, lang }) {
  const query = new URLSearchParams({ state: name });
  if (theme !== "auto") query.set("theme", theme);
  if (lang !== "en") query.set("lang", lang);
  if (directionOf(lang) === "rtl") query.set("dir", "rtl");
  return `state.html?${query}`;
}

/** Fits a frame to its content. */
function fit(frame) {
  const { contentDocument } = frame;
  const root = contentDocument?.documentElement;
  if (!root) return;
  const shadow = contentDocument.querySelector("main > :defined:last-child")?.shadowRoot;
  const hasDialog = shadow?.querySelector("dialog[open]");
  const height = hasDialog ? DIALOG_HEIGHT : contentDocument.querySelector("main").offsetHeight;
  frame.style.blockSize = `${height}px`;
}

/** Loads a frame, and fits it each time its content changes its size. */
function load(card) {
  const frame = card.querySelector("iframe");
  const wanted = frameUrl(card.dataset.state, read());
  if (frame.getAttribute("src") === wanted) return;
  delete card.dataset.drawn;
  frame.addEventListener(
    "load",
    () => {
      const { contentDocument, contentWindow } = frame;
      new contentWindow.ResizeObserver(() => fit(frame)).observe(contentDocument.querySelector("main"));
      const drawn = () => {
        if (!contentDocument.body.dataset.drawn) return;
        fit(frame);
        card.dataset.drawn = "true";
      };
      new contentWindow.MutationObserver(drawn).observe(contentDocument.body, { attributeFilter: ["data-drawn"] });
      drawn();
    },
    { once: true },
  );
  frame.src = wanted;
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) load(target);
      target.dataset.near = isIntersecting;
    }
  },
  { rootMargin: "400px" },
);

function createFrame(name) {
  const frame = element("iframe", { title: `State ${name}`, className: "state-frame", tabIndex: -1 });
  // A picture: it takes neither focus nor clicks.
  frame.inert = true;
  return frame;
}

/** Hides or shows a card. A hidden frame is not rendered, so no state can be drawn in it. */
function setHidden(card, isHidden) {
  const frame = card.querySelector("iframe");
  if (isHidden && frame.hasAttribute("src") && !card.dataset.drawn) {
    frame.replaceWith(createFrame(card.dataset.state));
  }
  card.hidden = isHidden;
}

function createCard(name) {
  const frame = createFrame(name);
  const heading = element("h3", {}, element("a", { href: `#${name}`, textContent: sentence(name) }));
  const alone = element("a", {
    className: "state-alone",
    textContent: "Open alone",
    "aria-label": `Open alone: ${name}`,
  });
  const head = element("div", { className: "state-head" }, heading, alone);
  const box = element("div", { className: "state-box" }, frame);
  const card = element("article", { className: "state", id: name }, head, box);
  card.dataset.state = name;
  near.observe(card);
  return card;
}

function createGroups() {
  const links = element("ul");
  for (const [title, names] of Object.entries(GROUPS)) {
    const heading = element("h2", { id: slug(title), textContent: title });
    const group = element("section", { className: "state-group" }, heading);
    group.setAttribute("aria-labelledby", heading.id);
    group.append(element("div", { className: "state-grid" }, ...names.map(createCard)));
    find("#states").append(group);
    const link = element("a", { href: `#${heading.id}` }, title, " ");
    link.append(element("span", { className: "count", textContent: names.length }));
    links.append(element("li", {}, link));
  }
  find("#groups").append(links);
}

/** Hides what the filter does not name. All words must be in the name or its group. */
function applyFilter(filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const group of document.querySelectorAll(".state-group")) {
    const title = group.querySelector("h2").textContent.toLowerCase();
    for (const card of group.querySelectorAll(".state")) {
      const text = `${card.dataset.state} ${sentence(card.dataset.state)} ${title}`;
      setHidden(card, !words.every((word) => text.includes(word)));
      if (!card.hidden) shown += 1;
    }
    group.hidden = !group.querySelector(".state:not([hidden])");
    find(`#groups a[href="#${group.querySelector("h2").id}"]`).parentElement.hidden = group.hidden;
  }
  const total = document.querySelectorAll(".state").length;
  find("#shown").textContent = shown === total ? `${total} states` : `${shown} of ${total} states`;
}

function apply() {
  const settings = read();
  find("#states").dataset.theme = settings.theme;
  find("#states").style.setProperty("--state-width", `${settings.width}px`);
  for (const card of document.querySelectorAll(".state")) {
    card.querySelector(".state-alone").href = frameUrl(card.dataset.state, settings);
    if (card.dataset.near === "true") load(card);
  }
  applyFilter(settings.filter);
  const query = new URLSearchParams(Object.entries(settings).filter(([name, value]) => value !== DEFAULTS[name]));
  history.replaceState(null, "", `${location.pathname}${query.size > 0 ? `?${query}` : ""}${location.hash}`);
}

createGroups();
for (const [name, value] of new URLSearchParams(location.search)) {
  if (form.elements[name]) form.elements[name].value = value;
}
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
apply();
// The anchors exist only now.
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
