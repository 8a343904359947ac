// The same tests run in Jest and in Vitest, whose `expect` and `test` are global.
import { playFailure, playThreepids, playVerified, requestToken } from "matrix-threepids/testing";
import { showAccount } from "./account.js";

const session = { homeserver: "https://matrix.example.org", token: "first", renew: async () => "second" };

test("the host application hears what the user does", async () => {
  const { element, said, add } = showAccount(document.body, session);
  expect(element.getAttribute("homeserver")).toBe("https://matrix.example.org");
  playThreepids(element, [{ medium: "email", address: "alice@example.org" }]);
  await add("new@example.org");
  expect(element.pending).toHaveLength(1);
  playVerified(element, "new@example.org");
  expect(element.threepids.map(({ address }) => address)).toEqual(["alice@example.org", "new@example.org"]);
  expect(said).toEqual(["added new@example.org"]);
});

test("a method rejects with the package's error", async () => {
  const { element, said, add } = showAccount(document.body, session);
  playFailure(element, "addEmail", "M_THREEPID_IN_USE", { status: 400 });
  await add("taken@example.org");
  expect(said).toEqual(["M_THREEPID_IN_USE", "rejected"]);
});

test("the host application gives a token, and renews it", async () => {
  const { element } = showAccount(document.body, session);
  expect(element.accessToken).toBeUndefined();
  expect(await requestToken(element)).toBe("first");
  expect(await requestToken(element, "expired")).toBe("second");
  expect(element.outerHTML).not.toContain("first");
});
