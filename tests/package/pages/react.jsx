// Renders again and again, with functions made anew each time.
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { MatrixAccountPassword, MatrixThreepids } from "matrix-threepids/react";

window.errors = [];
addEventListener("threepids-error", ({ detail }) => window.errors.push(detail.message));
window.calls = { token: 0, requests: 0, ready: 0, newest: 0 };
const { calls } = window;

function Account() {
  const [round, setRound] = useState(0);
  window.render = () => setRound(round + 1);
  window.round = round;
  return [
    <MatrixThreepids
      key="addresses"
      className="addresses"
      homeserver="https://matrix.example.org"
      userId="@alice:example.org"
      theme={round === 0 ? "dark" : undefined}
      readOnly={round === 0}
      accessToken={async () => {
        calls.token += 1;
        return "syt_secret";
      }}
      fetch={async ({ url }) => {
        // Beside it, what the server lets be done is asked for.
        calls.requests += Number(url.endsWith("/account/3pid"));
        calls.newest = round;
        return Response.json({ threepids: [{ medium: "email", address: "alice@example.org" }] });
      }}
      onThreepidsReady={() => (calls.ready += 1)}
    >
      Loading…
    </MatrixThreepids>,
    // Its words come while these are set.
    <MatrixAccountPassword
      key="password"
      lang="fr"
      homeserver="https://matrix.example.org"
      accessToken="syt_secret"
      fetch={async () => Response.json({})}
      authHandler={() => null}
      messages={round % 2 ? { changePassword: "Autre" } : undefined}
    />,
  ];
}

const main = document.querySelector("matrix-threepids").parentElement;
main.replaceChildren();
createRoot(main).render(
  <StrictMode>
    <Account />
  </StrictMode>,
);
