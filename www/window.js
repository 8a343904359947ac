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
 * @param {(url: string) => Promise<object | null>} lookUp for `.well-known`
 * @param {() => void} done it says that it is done
 * @returns {string | undefined} the address, if it could not be opened
 */
export function openPage(url, lookUp, done) {
  addEventListener("message", hear);
  page = { origin: new URL(url).origin, lookUp, done };
  // Where nobody has just clicked, a window would only be blocked.
  const may = navigator.userActivation?.isActive ?? true;
  page.window = may ? open(url, NAME) : null;
  return page.window ? undefined : url;
}

/** The page's own word, and nobody else's. */
async function hear({ data, source, origin }) {
  if (data !== "authDone" || !page || !source) return;
  const { lookUp, done } = page;
  // A link opens a window that only its name leads to.
  if (source !== (page.window ?? open("", NAME))) return;
  if (origin === page.origin || origin === (await publicOrigin(lookUp, page.origin))) done();
}

/** Where the server says that it is, which may be another name of it. */
async function publicOrigin(lookUp, origin) {
  const url = (await lookUp(`${origin}/.well-known/matrix/client`))?.["m.homeserver"]?.base_url;
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
