// Properties of the elements, defined from tables.

/** An attribute, and how its text becomes the value of a property. */
export type Reflection = readonly [attribute: string, kind: "text" | "flag"];

interface ElementClass {
  readonly prototype: HTMLElement;
}

/** Defines properties that reflect attributes. */
export function reflect(Class: ElementClass, reflected: Readonly<Record<string, Reflection>>): void {
  for (const [name, [attribute, kind]] of Object.entries(reflected)) {
    property(
      Class,
      name,
      function () {
        return kind === "flag" ? this.hasAttribute(attribute) : (this.getAttribute(attribute) ?? "");
      },
      function (value) {
        if (kind === "flag") this.toggleAttribute(attribute, Boolean(value));
        else if (value === null || value === undefined) this.removeAttribute(attribute);
        else this.setAttribute(attribute, String(value));
      },
    );
  }
}

/** Defines one property. */
export function property<Element extends HTMLElement>(
  { prototype }: { readonly prototype: Element },
  name: string,
  get: (this: Element) => unknown,
  set: (this: Element, value: unknown) => void,
): void {
  Object.defineProperty(prototype, name, { __proto__: null, configurable: true, enumerable: true, get, set });
}
