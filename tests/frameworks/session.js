// A session, and a homeserver that answers in the page.
export const TOKEN = "syt_secret_of_alice";
export const homeserver = "https://matrix.example.org";
export const userId = "@alice:example.org";

export async function answer({ url, headers }) {
  if (url.endsWith("/versions")) return Response.json({ versions: ["v1.11"] });
  if (headers.get("Authorization") !== `Bearer ${TOKEN}`) return Response.json({ errcode: "M_UNKNOWN_TOKEN" }, { status: 401 });
  return Response.json({ threepids: [{ medium: "email", address: "alice@example.org" }] });
}

/** Called by the app's listener of `threepids-ready`. */
export function onReady() {
  globalThis.readyEvents = (globalThis.readyEvents ?? 0) + 1;
}
