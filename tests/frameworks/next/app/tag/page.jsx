"use client";

import "matrix-threepids/define";
import { useEffect, useRef } from "react";
import { answer, homeserver, onReady, TOKEN } from "../../session";

/** The bare tag: React sets no listener on it after hydration. */
export default function Page() {
  const element = useRef(null);
  useEffect(() => {
    addEventListener("threepids-ready", onReady);
    Object.assign(element.current, { accessToken: TOKEN, fetch: answer });
  }, []);
  return (
    <matrix-threepids
      ref={element}
      homeserver={homeserver}
      onthreepids-ready={() => {
        window.heardByTag = true;
      }}
    />
  );
}
