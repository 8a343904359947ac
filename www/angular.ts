// Standalone components for Angular, in the format in which libraries are
// published: Angular's compiler links the declarations in an application. The
// host of a component is the custom element itself. The build does not minify
// this file, as the linker reads its declarations.

import * as i0 from "@angular/core";
import { define } from "./index.js";
import { setProperties } from "./set-properties.js";

/** Base of the components: sets the properties, and passes the events on. */
class Base {
  readonly #element = i0.inject(i0.ElementRef).nativeElement;
  readonly #given: Record<string, unknown> = { __proto__: null } as never;

  constructor() {
    for (const { propName } of i0.reflectComponentType(new.target).outputs) {
      const emitter = new i0.EventEmitter();
      (this as unknown as Record<string, unknown>)[propName] = emitter;
      const event = propName.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      this.#element.addEventListener(event, (fired) => emitter.emit(fired));
    }
  }

  ngOnChanges(changes: Readonly<Record<string, { readonly currentValue: unknown }>>): void {
    for (const [name, { currentValue }] of Object.entries(changes)) this.#given[name] = currentValue;
    // A server has no elements with properties.
    if (!globalThis.HTMLElement || !(this.#element instanceof HTMLElement)) return;
    define();
    setProperties(this.#element, this.#given);
  }
}

export class MatrixThreepids extends Base {
  static ɵfac = i0.ɵɵngDeclareFactory({
    minVersion: "12.0.0",
    version: "19.0.0",
    ngImport: i0,
    type: MatrixThreepids,
    deps: [],
    target: i0.ɵɵFactoryTarget.Component,
  });

  static ɵcmp = i0.ɵɵngDeclareComponent({
    minVersion: "14.0.0",
    version: "19.0.0",
    ngImport: i0,
    type: MatrixThreepids,
    isStandalone: true,
    selector: "matrix-threepids",
    inputs: {
      homeserver: "homeserver",
      userId: "userId",
      theme: "theme",
      readOnly: "readOnly",
      headingLevel: "headingLevel",
      withoutHeading: "withoutHeading",
      density: "density",
      fetch: "fetch",
      authHandler: "authHandler",
      messages: "messages",
      mediums: "mediums",
      nextLink: "nextLink",
      persist: "persist",
      country: "country",
      identityServer: "identityServer",
      accessToken: "accessToken",
    },
    outputs: {
      threepidAuthRequired: "threepidAuthRequired",
      threepidsSessionExpired: "threepidsSessionExpired",
      threepidsError: "threepidsError",
      threepidsReady: "threepidsReady",
      threepidsChange: "threepidsChange",
      threepidBeforeAdd: "threepidBeforeAdd",
      threepidBeforeRemove: "threepidBeforeRemove",
      threepidVerificationSent: "threepidVerificationSent",
      threepidAdded: "threepidAdded",
      threepidRemoved: "threepidRemoved",
      threepidShared: "threepidShared",
      threepidUnshared: "threepidUnshared",
    },
    usesOnChanges: true,
    template: "<ng-content></ng-content>",
    isInline: true,
    changeDetection: i0.ChangeDetectionStrategy.OnPush,
  });
}

export class MatrixAccountPassword extends Base {
  static ɵfac = i0.ɵɵngDeclareFactory({
    minVersion: "12.0.0",
    version: "19.0.0",
    ngImport: i0,
    type: MatrixAccountPassword,
    deps: [],
    target: i0.ɵɵFactoryTarget.Component,
  });

  static ɵcmp = i0.ɵɵngDeclareComponent({
    minVersion: "14.0.0",
    version: "19.0.0",
    ngImport: i0,
    type: MatrixAccountPassword,
    isStandalone: true,
    selector: "matrix-account-password",
    inputs: {
      homeserver: "homeserver",
      userId: "userId",
      theme: "theme",
      readOnly: "readOnly",
      headingLevel: "headingLevel",
      withoutHeading: "withoutHeading",
      density: "density",
      fetch: "fetch",
      authHandler: "authHandler",
      messages: "messages",
      accessToken: "accessToken",
    },
    outputs: {
      threepidAuthRequired: "threepidAuthRequired",
      threepidsSessionExpired: "threepidsSessionExpired",
      threepidsError: "threepidsError",
      passwordChanged: "passwordChanged",
    },
    usesOnChanges: true,
    template: "<ng-content></ng-content>",
    isInline: true,
    changeDetection: i0.ChangeDetectionStrategy.OnPush,
  });
}

export class MatrixPasswordReset extends Base {
  static ɵfac = i0.ɵɵngDeclareFactory({
    minVersion: "12.0.0",
    version: "19.0.0",
    ngImport: i0,
    type: MatrixPasswordReset,
    deps: [],
    target: i0.ɵɵFactoryTarget.Component,
  });

  static ɵcmp = i0.ɵɵngDeclareComponent({
    minVersion: "14.0.0",
    version: "19.0.0",
    ngImport: i0,
    type: MatrixPasswordReset,
    isStandalone: true,
    selector: "matrix-password-reset",
    inputs: {
      homeserver: "homeserver",
      theme: "theme",
      headingLevel: "headingLevel",
      withoutHeading: "withoutHeading",
      density: "density",
      fetch: "fetch",
      messages: "messages",
      persist: "persist",
    },
    outputs: { threepidsError: "threepidsError", passwordReset: "passwordReset" },
    usesOnChanges: true,
    template: "<ng-content></ng-content>",
    isInline: true,
    changeDetection: i0.ChangeDetectionStrategy.OnPush,
  });
}
