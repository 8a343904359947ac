// Displays the emails, the newest first, with links that work. The server
// responds to a request for the next emails when there are some.
const list = document.querySelector("#mails");

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function linked(text) {
  const link = (url) => element("a", { href: url, target: "_blank", rel: "noopener", textContent: url });
  return text.split(/(https?:\/\/\S+)/).map((part, at) => (at % 2 ? link(part) : part));
}

function show(mail) {
  document.querySelector("#empty").hidden = true;
  const when = new Date(mail.at).toLocaleTimeString();
  const body = element("pre", {}, ...linked(mail.text.trim()));
  const heading = element("h2", { textContent: mail.subject });
  list.prepend(element("article", {}, heading, `To ${mail.to.join(", ")}, ${when}`, body));
}

for (let seen = 0; ; ) {
  const answer = await fetch(`/mails?after=${seen}`).catch(() => null);
  // The demo has stopped.
  if (!answer?.ok) break;
  const mails = await answer.json();
  mails.forEach(show);
  seen += mails.length;
}
