import { html } from "lit";
import "matrix-threepids/define";
import { properties } from "matrix-threepids/lit";
import { answer, homeserver, onReady, TOKEN, userId } from "../session.js";

export const account = () => html`
  <matrix-threepids
    homeserver=${homeserver}
    user-id=${userId}
    @threepids-ready=${onReady}
    ${properties({ accessToken: TOKEN, fetch: answer, messages: { add: "Put on" } })}
  >
    Loading…
  </matrix-threepids>
`;

// @ts-expect-error: a token or what gets one
export const wrong = () => properties({ accessToken: 5 });
