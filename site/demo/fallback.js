// Pages of the homeserver in the playground: single sign-on, and the target of an
// email's link. They tell the playground what the user did.
import { CHANNEL } from "../homeserver/homeserver.js";

const { page } = document.querySelector("main").dataset;
const url = location.href.split("/_matrix/")[0];
const done = document.querySelector("#done");
const tell = (message) => new BroadcastChannel(CHANNEL).postMessage({ url, ...message });

if (page === "link") {
  const path = location.pathname.replace(/\/$/, "");
  tell({ type: "opened", link: location.origin + path + location.search });
} else {
  const button = document.querySelector("#sign-in");
  button.addEventListener("click", () => {
    const session = new URLSearchParams(location.search).get("session");
    tell({ type: "authenticated", session, stage: "m.login.sso" });
    button.hidden = true;
    done.hidden = false;
    // As the specification says: the client goes on when it hears this.
    setTimeout(() => window.opener?.postMessage("authDone", "*"), 100);
  });
}
