// Searches the documentation. The index loads when the field has the focus.
import { element, siteUrl } from "./dom.js";

const MOST = 8;
/** Characters of a text around the first word that was found. */
const AROUND = 60;
const field = document.querySelector("#search");
const list = document.querySelector("#search-results");
const status = document.querySelector("#search-status");
let loading;

async function loadIndex() {
  const response = await fetch(siteUrl("search.json"));
  const entries = await response.json();
  return entries.map((entry) => ({
    ...entry,
    names: `${entry.title} ${entry.heading}`.toLowerCase(),
    lower: entry.text.toLowerCase(),
  }));
}

/** Points of an entry for these words; 0 if one of them is missing. */
function rate({ title, names, lower }, words) {
  let points = 0;
  for (const word of words) {
    if (names.includes(word)) points += title.toLowerCase().includes(word) ? 12 : 10;
    else if (lower.includes(word)) points += Math.min(3, lower.split(word).length - 1);
    else return 0;
  }
  return lower.includes(words.join(" ")) ? points + 3 : points;
}

/** The text around the first word, with each word marked. */
function excerpt({ text, lower }, words) {
  const at = Math.max(0, ...words.map((word) => lower.indexOf(word)));
  const from = Math.max(0, lower.lastIndexOf(" ", Math.max(0, at - AROUND)) + 1);
  const part = text.slice(from, at + 2 * AROUND);
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pieces = part.split(new RegExp(`(${escaped.join("|")})`, "gi"));
  const marked = pieces.map((piece, index) => (index % 2 ? element("mark", { textContent: piece }) : piece));
  return element("span", { className: "search-text" }, from > 0 ? "… " : "", ...marked);
}

function show(found, words) {
  const items = found.map((entry) => {
    const name = entry.heading ? `${entry.title} › ${entry.heading}` : entry.title;
    const link = element("a", { href: siteUrl(entry.url) });
    link.append(element("span", { className: "search-name", textContent: name }), excerpt(entry, words));
    return element("li", {}, link);
  });
  list.replaceChildren(...items);
  list.hidden = items.length === 0;
}

async function search() {
  const text = field.value;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  loading ??= loadIndex().catch(() => {
    loading = undefined;
    return [];
  });
  const entries = await loading;
  // The user went on typing in the meantime.
  if (field.value !== text) return;
  const rated = words.length === 0 ? [] : entries.map((entry) => [rate(entry, words), entry]);
  const found = rated.filter(([points]) => points > 0).sort(([one], [other]) => other - one);
  show(
    found.slice(0, MOST).map(([, entry]) => entry),
    words,
  );
  status.textContent = words.length === 0 ? "" : `${found.length} results`;
}

function close() {
  list.hidden = true;
  status.textContent = "";
}

field.addEventListener("focus", () => {
  if (field.value) search();
});
field.addEventListener("input", search);
document.querySelector(".search").addEventListener("keydown", (event) => {
  const links = [...list.querySelectorAll("a")];
  if (event.key === "Escape") {
    close();
    field.focus();
  } else if (event.key === "Enter" && event.target === field && !list.hidden) {
    links[0]?.click();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
    event.preventDefault();
    const all = [field, ...links];
    const step = event.key === "ArrowDown" ? 1 : -1;
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) close();
});
// The usual key of searches, unless it is typed into a field.
document.addEventListener("keydown", (event) => {
  const isTyping = event.composedPath()[0].matches?.("input, textarea, select");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
});
