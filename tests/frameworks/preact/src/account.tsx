import type { MatrixThreepidsElement } from "matrix-threepids";
import { MatrixThreepids } from "matrix-threepids/preact";
import { useRef, useState } from "preact/hooks";
import { answer, homeserver, onReady, TOKEN, userId } from "../session.js";

export function Account() {
  const element = useRef<MatrixThreepidsElement>(null);
  const [label, setLabel] = useState("Put on");
  return (
    <MatrixThreepids
      elementRef={element}
      class="addresses"
      homeserver={homeserver}
      userId={userId}
      accessToken={TOKEN}
      fetch={answer}
      messages={{ add: label }}
      onThreepidsReady={(event) => {
        event.detail satisfies null;
        if (element.current) setLabel("Add this");
        onReady();
      }}
    >
      Loading…
    </MatrixThreepids>
  );
}

export const wrong = [
  // @ts-expect-error: a server makes an attribute of it
  () => <matrix-threepids accessToken="syt_a" />,
  // @ts-expect-error: no such theme
  () => <MatrixThreepids theme="black" />,
  // @ts-expect-error: a token or what gets one
  () => <MatrixThreepids accessToken={5} />,
];
