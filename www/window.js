// A page of the homeserver's in a window of its own, in which a person does a
// stage of the authentication.
// Spec: https://spec.matrix.org/latest/client-server-api/#fallback

/** Links open the same window by this name. */
const NAME = "matrix-threepids-auth";

/** The page that was opened last. */
let page;

/**
 * Opens it, if the browser lets us without asking.
 * @param {string} url
 * @param {(url: string) => Promise<Response>} get for `.well-known`
 * @param {() => void} done it says that it is done
 */
export function openPage(url, get, done) {
  addEventListener("message", hear);
  page = { origin: new URL(url).origin, get, done };
  // Where nobody has just clicked, a window would only be blocked.
  const may = navigator.userActivation?.isActive ?? true;
  page.window = may ? open(url, NAME) : null;
  return Boolean(page.window);
}

/** The page's own word, and nobody else's. */
async function hear({ data, source, origin }) {
  if (data !== "authDone" || !page || !source) return;
  const { get, done } = page;
  // A link opens a window that only its name leads to.
  if (source !== (page.window ?? open("", NAME))) return;
  if (origin === page.origin || origin === (await publicOrigin(get, page.origin))) done();
}

/** Where the server says that it is, which may be another name of it. */
async function publicOrigin(get, origin) {
  try {
    const answer = await get(`${origin}/.well-known/matrix/client`);
    return new URL((await answer.json())["m.homeserver"].base_url).origin;
  } catch {
    return undefined;
  }
}
