"use client";

import { MatrixThreepids } from "matrix-threepids/react";
import { answer, homeserver, onReady, TOKEN, userId } from "../session";

export function Account() {
  return (
    <MatrixThreepids
      homeserver={homeserver}
      userId={userId}
      accessToken={TOKEN}
      fetch={answer}
      messages={{ add: "Put on" }}
      onThreepidsReady={onReady}
    >
      Loading…
    </MatrixThreepids>
  );
}
