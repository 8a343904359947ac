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

  /** @param outputs the name of each event, by that of its output */
  constructor(outputs: Readonly<Record<string, string>>) {
    for (const [output, event] of Object.entries(outputs)) {
      const emitter = new i0.EventEmitter();
      (this as unknown as Record<string, unknown>)[output] = emitter;
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

const EVENTS = {
  threepidAuthRequired: "threepid-auth-required",
  threepidsSessionExpired: "threepids-session-expired",
  threepidsError: "threepids-error",
};

export class MatrixThreepids extends Base {
  constructor() {
    super({
      ...EVENTS,
      threepidsReady: "threepids-ready",
      threepidsChange: "threepids-change",
      threepidBeforeAdd: "threepid-before-add",
      threepidBeforeRemove: "threepid-before-remove",
      threepidVerificationSent: "threepid-verification-sent",
      threepidAdded: "threepid-added",
      threepidRemoved: "threepid-removed",
      threepidShared: "threepid-shared",
      threepidUnshared: "threepid-unshared",
    });
  }

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
  constructor() {
    super({ ...EVENTS, passwordChanged: "password-changed" });
  }

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
  constructor() {
    super({ threepidsError: EVENTS.threepidsError, passwordReset: "password-reset" });
  }

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
