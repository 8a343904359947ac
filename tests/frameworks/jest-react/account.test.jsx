import { act, fireEvent, render, screen } from "@testing-library/react";
import { playFailure, playThreepids, playVerified, requestToken } from "matrix-threepids/testing";
import { Account, ClientAccount } from "./account.jsx";

const session = { homeserver: "https://matrix.example.org", token: "first", renew: async () => "second" };

test("the component sets the element's properties", async () => {
  const { rerender } = render(<Account session={session} />);
  const element = screen.getByTestId("addresses");
  expect(element.homeserver).toBe("https://matrix.example.org");
  expect(await requestToken(element)).toBe("first");
  expect(await requestToken(element, "expired")).toBe("second");
  expect(document.body.innerHTML).not.toContain("first");
  rerender(<Account session={{ ...session, token: "third", isGuest: true }} />);
  expect(element.readOnly).toBe(true);
  expect(await requestToken(element)).toBe("third");
});

test("the host application hears what the user does", async () => {
  render(<Account session={session} />);
  const element = screen.getByTestId("addresses");
  act(() => playThreepids(element, [{ medium: "email", address: "alice@example.org" }]));
  expect(screen.getByRole("status").textContent).toBe("Ready");
  await act(() => element.addEmail("new@example.org"));
  act(() => playVerified(element, "new@example.org"));
  expect(screen.getByRole("status").textContent).toBe("Added new@example.org");
});

test("a method rejects with the package's error", async () => {
  render(<Account session={session} />);
  playFailure(screen.getByTestId("addresses"), "addEmail", "M_THREEPID_IN_USE");
  fireEvent.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByText("Failed: M_THREEPID_IN_USE")).toBeTruthy();
});

test("an entry without a stand-in is transformed", async () => {
  const client = {
    getHomeserverUrl: () => "https://matrix.example.org",
    getUserId: () => "@alice:example.org",
    getAccessToken: () => "first",
    on() {},
    off() {},
    http: {},
  };
  render(<ClientAccount client={client} />);
  const element = screen.getByTestId("addresses");
  expect(element.userId).toBe("@alice:example.org");
  expect(element.messages).toEqual({ add: "Ajouter" });
  expect(await requestToken(element)).toBe("first");
});
