// Sets the properties of an element as a framework renders them, so that none
// of them becomes an attribute.

export type Given = Readonly<Record<string, unknown>>;
type Run = (...all: unknown[]) => unknown;

/** Properties of all elements. The token is last: with it the element begins. */
export const PROPERTIES: readonly string[] = [
  "homeserver",
  "userId",
  "theme",
  "readOnly",
  "headingLevel",
  "withoutHeading",
  "density",
  "fetch",
  "authHandler",
  "messages",
  "mediums",
  "nextLink",
  "persist",
  "country",
  "identityServer",
  "accessToken",
];
/** Properties that only `<matrix-threepids>` has. */
export const OWN: readonly string[] = ["mediums", "nextLink", "persist", "country", "identityServer"];

/** Properties of `<matrix-password-reset>`. */
const RESET: readonly string[] = [
  "homeserver",
  "theme",
  "headingLevel",
  "withoutHeading",
  "density",
  "fetch",
  "messages",
  "persist",
];

/** Properties of the element of a tag. */
export const propertiesOf = (tagName: string): readonly string[] => {
  if (tagName === "matrix-password-reset") return RESET;
  return tagName === "matrix-threepids" ? PROPERTIES : PROPERTIES.filter((name) => !OWN.includes(name));
};

/** Members of `Object.prototype` are not given. */
const NONE: Given = Object.freeze({ __proto__: null }) as never;
/** Properties that each element was given last. */
const before = new WeakMap<object, Given>();

/**
 * Sets those properties that differ from what was set before; one that is not
 * given any more is set to undefined. A function may be a new one each time:
 * the one that is set calls the newest, or each render would bring another token.
 */
export function setProperties(element: object, props: object): void {
  const given: Given = { __proto__: null, ...props } as never;
  const old = before.get(element) ?? NONE;
  before.set(element, given);
  const target = element as Record<string, unknown>;
  for (const name of PROPERTIES) {
    const value = given[name];
    if (typeof value !== "function") {
      if (!Object.is(value, old[name])) target[name] = value;
    } else if (typeof old[name] !== "function") {
      target[name] = (...all: unknown[]) => ((before.get(element) as Given)[name] as Run)(...all);
    }
  }
}
