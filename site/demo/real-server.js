// The real homeserver of `cargo xtask demo`: its session, and the emails that it
// sends. A published site has none.
import { siteUrl } from "../assets/dom.js";

/** Session of the demo's user; null on a published site. */
export async function readSession() {
  if (!document.querySelector("meta[name=demo-server]")) return null;
  const response = await fetch(siteUrl("demo/session.json"), { cache: "no-store" });
  return response.ok ? response.json() : null;
}

/** Calls `show` with each email, until the demo has stopped. */
export async function followMails(show) {
  for (let seen = 0; ; ) {
    const response = await fetch(siteUrl(`mails?after=${seen}`)).catch(() => null);
    if (!response?.ok) return;
    const mails = await response.json();
    for (const mail of mails) show({ ...mail, kind: "email", to: mail.to.join(", ") });
    seen += mails.length;
  }
}
