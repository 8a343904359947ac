// A directive for Lit. It is of an element, so servers do not render it.

import { noChange } from "lit";
import { Directive, directive, type ElementPart } from "lit/directive.js";
import { define } from "./index.js";
import { setProperties } from "./set-properties.js";

class PropertiesDirective extends Directive {
  override render(_given: object): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [given]: [object]): unknown {
    define();
    setProperties(element, given);
    return noChange;
  }
}

/** Sets these properties: `<matrix-threepids ${properties({ accessToken })}>`. */
export const properties = directive(PropertiesDirective);
