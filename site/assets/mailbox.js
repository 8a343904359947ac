// The inbox of the playground: emails with links that work, and text messages.
import { connectCopyButton } from "./copy.js";
import { element } from "./dom.js";

const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A text with its URLs as links that open in a tab. */
function linked(text) {
  const link = (url) =>
    element("a", { href: url, target: "_blank", rel: "noopener", textContent: url, className: "mail-link" });
  return text.split(/(https?:\/\/\S+)/).map((part, at) => (at % 2 ? link(part) : part));
}

function describeHead({ kind, to, at }) {
  const what = kind === "email" ? "Email" : "Text message";
  return element(
    "p",
    { className: "message-head" },
    `${what} to `,
    element("bdi", { textContent: to }),
    " · ",
    time.format(at),
  );
}

/** The link of an email as a button, and what happened to it. `showOpened` says so. */
function createLink(message, openLink) {
  const opened = element("p", { className: "message-opened", role: "status" });
  const showOpened = () => {
    opened.textContent = "Link opened. The homeserver has verified the address.";
  };
  const link = element("a", {
    className: "button button-primary",
    href: message.link,
    target: "_blank",
    rel: "noopener",
    textContent: "Open the link",
  });
  link.addEventListener("click", (event) => {
    // With a key that opens a tab or window, the browser opens the page itself.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!openLink(message.link)) opened.textContent = "The homeserver does not know this link any more.";
  });
  if (message.isOpened) showOpened();
  const url = element("p", { className: "message-url", textContent: message.link });
  return { showOpened, line: element("div", { className: "message-action" }, url, link, opened) };
}

function codeLine(message) {
  const code = element("code", { textContent: message.code });
  const copy = element("button", { type: "button", className: "button", textContent: "Copy code" });
  connectCopyButton(copy, () => message.code);
  return element("div", { className: "message-action" }, element("p", {}, `${message.text} `, code), copy);
}

/**
 * Displays messages in a list, the newest first. `openLink` opens the link of an
 * email of the homeserver in this page; an email of a real one has links instead.
 */
export class Mailbox {
  #list;
  #empty;
  #openLink;
  /** For each email by its ID, a function that says that its link was opened. */
  #showOpened = new Map();

  constructor(root, openLink) {
    this.#list = root.querySelector(".messages");
    this.#empty = root.querySelector(".messages-empty");
    this.#openLink = openLink;
  }

  add(message) {
    this.#empty.hidden = true;
    const item = element("li", { className: "message" }, describeHead(message));
    if (message.subject) item.append(element("h3", { textContent: message.subject }));
    if (message.link) {
      const { showOpened, line } = createLink(message, this.#openLink);
      this.#showOpened.set(message.id, showOpened);
      item.append(element("p", { textContent: message.text }), line);
    } else if (message.code) {
      item.append(codeLine(message));
    } else {
      item.append(element("p", { className: "message-text" }, ...linked(message.text.trim())));
    }
    this.#list.prepend(item);
  }

  clear() {
    this.#list.replaceChildren();
    this.#showOpened.clear();
    this.#empty.hidden = false;
  }

  /** Displays all messages of the homeserver in this page, and those to come. */
  follow(homeserver) {
    const showAll = () => {
      this.clear();
      for (const message of homeserver.state.messages) this.add(message);
    };
    showAll();
    homeserver.addEventListener("message", ({ detail }) => this.add(detail));
    // Here, or in another tab. The link keeps the focus.
    homeserver.addEventListener("opened", ({ detail }) => this.#showOpened.get(detail.id)?.());
    return showAll;
  }
}
