// Properties, made of a table.

/** Gives a class properties that reflect attributes: of each, the attribute and its kind. */
export function reflect(Class, reflected) {
  for (const [name, [attribute, kind]] of Object.entries(reflected)) {
    property(Class, name, function () {
      return kind === "flag" ? this.hasAttribute(attribute) : (this.getAttribute(attribute) ?? "");
    }, function (value) {
      if (kind === "flag") this.toggleAttribute(attribute, Boolean(value));
      else if (value === null || value === undefined) this.removeAttribute(attribute);
      else this.setAttribute(attribute, String(value));
    });
  }
}

/** Gives a class one property. */
export function property({ prototype }, name, get, set) {
  Object.defineProperty(prototype, name, { __proto__: null, configurable: true, enumerable: true, get, set });
}
