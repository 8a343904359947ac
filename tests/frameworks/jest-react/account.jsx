// A part of a host application, which `account.test.jsx` tests.
import { ThreepidsError } from "matrix-threepids";
import french from "matrix-threepids/locales/fr.js";
import { bind } from "matrix-threepids/matrix-js-sdk";
import { MatrixThreepids } from "matrix-threepids/react";
import { useEffect, useRef, useState } from "react";

/** Addresses of the user, and what happened last. */
export function Account({ session }) {
  const element = useRef(null);
  const [message, setMessage] = useState("Loading");
  const add = () =>
    element.current.addEmail("new@example.org").catch((error) => {
      if (error instanceof ThreepidsError) setMessage(`Failed: ${error.code}`);
    });
  return (
    <>
      <MatrixThreepids
        ref={element}
        data-testid="addresses"
        homeserver={session.homeserver}
        readOnly={session.isGuest}
        accessToken={(reason) => (reason === "expired" ? session.renew() : session.token)}
        onThreepidsReady={() => setMessage("Ready")}
        onThreepidAdded={({ detail }) => setMessage(`Added ${detail.address}`)}
      />
      <button type="button" onClick={add}>
        Add
      </button>
      <output>{message}</output>
    </>
  );
}

/** Addresses of the user of a client of matrix-js-sdk. */
export function ClientAccount({ client }) {
  const element = useRef(null);
  useEffect(() => bind(element.current, client), [client]);
  return <MatrixThreepids ref={element} data-testid="addresses" messages={{ add: french.add }} />;
}
