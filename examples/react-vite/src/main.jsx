import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { MatrixThreepids } from "matrix-threepids/react";
import { session } from "./session.js";

function Account() {
  const [news, setNews] = useState("");
  return (
    <>
      <h1>Your account</h1>
      <MatrixThreepids {...session} onThreepidAdded={({ detail }) => setNews(`Your account has ${detail.address} now.`)}>
        Loading…
      </MatrixThreepids>
      <p role="log">{news}</p>
    </>
  );
}

createRoot(document.querySelector("#app")).render(
  <StrictMode>
    <Account />
  </StrictMode>,
);
