import { properties } from "matrix-threepids/solid";
import { createSignal } from "solid-js";
import { answer, homeserver, onReady, TOKEN, userId } from "../session.js";

export function Account() {
  const [label, setLabel] = createSignal("Put on");
  return (
    <matrix-threepids
      homeserver={homeserver}
      user-id={userId}
      ref={properties(() => ({ accessToken: TOKEN, fetch: answer, messages: { add: label() } }))}
      on:threepids-ready={(event) => {
        event.detail satisfies null;
        setLabel("Add this");
        onReady();
      }}
    >
      Loading…
    </matrix-threepids>
  );
}

export const wrong = [
  // @ts-expect-error: a server makes an attribute of it
  () => <matrix-threepids accessToken="syt_a" />,
  // @ts-expect-error: a server makes an attribute of it
  () => <matrix-threepids prop:accessToken="syt_a" />,
  // @ts-expect-error: no such theme
  () => <matrix-threepids theme="black" />,
  // @ts-expect-error: no such property
  () => <matrix-threepids ref={properties(() => ({ token: "syt_a" }))} />,
];
