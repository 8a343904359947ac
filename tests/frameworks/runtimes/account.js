// A part of a host application, which the tests of `jest/` and `vitest/` test.
import { ThreepidsError } from "matrix-threepids";
import "matrix-threepids/define";

/** Shows the element, and says what happened. */
export function showAccount(container, session) {
  const element = document.createElement("matrix-threepids");
  const said = [];
  element.addEventListener("threepid-added", ({ detail }) => said.push(`added ${detail.address}`));
  element.addEventListener("threepids-error", ({ detail }) => said.push(detail.code));
  element.homeserver = session.homeserver;
  element.accessToken = (reason) => (reason === "expired" ? session.renew() : session.token);
  container.append(element);
  const add = (address) =>
    element.addEmail(address).catch((error) => said.push(error instanceof ThreepidsError ? "rejected" : "other"));
  return { element, said, add };
}
