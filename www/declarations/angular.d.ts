// Standalone components for Angular.
import type * as i0 from "@angular/core";
import type { MatrixAccountPasswordEventMap, MatrixThreepidsEventMap, MatrixThreepidsProperties } from "./index.js";

/** `<matrix-threepids>` with typed inputs and outputs. Inputs are set in the browser only. */
export declare class MatrixThreepids {
  homeserver?: MatrixThreepidsProperties["homeserver"];
  userId?: MatrixThreepidsProperties["userId"];
  theme?: MatrixThreepidsProperties["theme"];
  readOnly?: MatrixThreepidsProperties["readOnly"];
  headingLevel?: MatrixThreepidsProperties["headingLevel"];
  withoutHeading?: MatrixThreepidsProperties["withoutHeading"];
  density?: MatrixThreepidsProperties["density"];
  fetch?: MatrixThreepidsProperties["fetch"];
  authHandler?: MatrixThreepidsProperties["authHandler"];
  messages?: MatrixThreepidsProperties["messages"];
  mediums?: MatrixThreepidsProperties["mediums"];
  nextLink?: MatrixThreepidsProperties["nextLink"];
  persist?: MatrixThreepidsProperties["persist"];
  country?: MatrixThreepidsProperties["country"];
  identityServer?: MatrixThreepidsProperties["identityServer"];
  accessToken?: MatrixThreepidsProperties["accessToken"];
  readonly threepidAuthRequired: i0.EventEmitter<MatrixThreepidsEventMap["threepid-auth-required"]>;
  readonly threepidsSessionExpired: i0.EventEmitter<MatrixThreepidsEventMap["threepids-session-expired"]>;
  readonly threepidsError: i0.EventEmitter<MatrixThreepidsEventMap["threepids-error"]>;
  readonly threepidsReady: i0.EventEmitter<MatrixThreepidsEventMap["threepids-ready"]>;
  readonly threepidsChange: i0.EventEmitter<MatrixThreepidsEventMap["threepids-change"]>;
  readonly threepidBeforeAdd: i0.EventEmitter<MatrixThreepidsEventMap["threepid-before-add"]>;
  readonly threepidBeforeRemove: i0.EventEmitter<MatrixThreepidsEventMap["threepid-before-remove"]>;
  readonly threepidVerificationSent: i0.EventEmitter<MatrixThreepidsEventMap["threepid-verification-sent"]>;
  readonly threepidAdded: i0.EventEmitter<MatrixThreepidsEventMap["threepid-added"]>;
  readonly threepidRemoved: i0.EventEmitter<MatrixThreepidsEventMap["threepid-removed"]>;
  readonly threepidShared: i0.EventEmitter<MatrixThreepidsEventMap["threepid-shared"]>;
  readonly threepidUnshared: i0.EventEmitter<MatrixThreepidsEventMap["threepid-unshared"]>;
  static ɵfac: i0.ɵɵFactoryDeclaration<MatrixThreepids, never>;
  static ɵcmp: i0.ɵɵComponentDeclaration<
    MatrixThreepids,
    "matrix-threepids",
    never,
    {
      homeserver: { alias: "homeserver"; required: false };
      userId: { alias: "userId"; required: false };
      theme: { alias: "theme"; required: false };
      readOnly: { alias: "readOnly"; required: false };
      headingLevel: { alias: "headingLevel"; required: false };
      withoutHeading: { alias: "withoutHeading"; required: false };
      density: { alias: "density"; required: false };
      fetch: { alias: "fetch"; required: false };
      authHandler: { alias: "authHandler"; required: false };
      messages: { alias: "messages"; required: false };
      mediums: { alias: "mediums"; required: false };
      nextLink: { alias: "nextLink"; required: false };
      persist: { alias: "persist"; required: false };
      country: { alias: "country"; required: false };
      identityServer: { alias: "identityServer"; required: false };
      accessToken: { alias: "accessToken"; required: false };
    },
    {
      threepidAuthRequired: "threepidAuthRequired";
      threepidsSessionExpired: "threepidsSessionExpired";
      threepidsError: "threepidsError";
      threepidsReady: "threepidsReady";
      threepidsChange: "threepidsChange";
      threepidBeforeAdd: "threepidBeforeAdd";
      threepidBeforeRemove: "threepidBeforeRemove";
      threepidVerificationSent: "threepidVerificationSent";
      threepidAdded: "threepidAdded";
      threepidRemoved: "threepidRemoved";
      threepidShared: "threepidShared";
      threepidUnshared: "threepidUnshared";
    },
    never,
    ["*"],
    true,
    never
  >;
}

/** `<matrix-account-password>`, in the same way. */
export declare class MatrixAccountPassword {
  homeserver?: MatrixThreepidsProperties["homeserver"];
  userId?: MatrixThreepidsProperties["userId"];
  theme?: MatrixThreepidsProperties["theme"];
  readOnly?: MatrixThreepidsProperties["readOnly"];
  headingLevel?: MatrixThreepidsProperties["headingLevel"];
  withoutHeading?: MatrixThreepidsProperties["withoutHeading"];
  density?: MatrixThreepidsProperties["density"];
  fetch?: MatrixThreepidsProperties["fetch"];
  authHandler?: MatrixThreepidsProperties["authHandler"];
  messages?: MatrixThreepidsProperties["messages"];
  accessToken?: MatrixThreepidsProperties["accessToken"];
  readonly threepidAuthRequired: i0.EventEmitter<MatrixAccountPasswordEventMap["threepid-auth-required"]>;
  readonly threepidsSessionExpired: i0.EventEmitter<MatrixAccountPasswordEventMap["threepids-session-expired"]>;
  readonly threepidsError: i0.EventEmitter<MatrixAccountPasswordEventMap["threepids-error"]>;
  readonly passwordChanged: i0.EventEmitter<MatrixAccountPasswordEventMap["password-changed"]>;
  static ɵfac: i0.ɵɵFactoryDeclaration<MatrixAccountPassword, never>;
  static ɵcmp: i0.ɵɵComponentDeclaration<
    MatrixAccountPassword,
    "matrix-account-password",
    never,
    {
      homeserver: { alias: "homeserver"; required: false };
      userId: { alias: "userId"; required: false };
      theme: { alias: "theme"; required: false };
      readOnly: { alias: "readOnly"; required: false };
      headingLevel: { alias: "headingLevel"; required: false };
      withoutHeading: { alias: "withoutHeading"; required: false };
      density: { alias: "density"; required: false };
      fetch: { alias: "fetch"; required: false };
      authHandler: { alias: "authHandler"; required: false };
      messages: { alias: "messages"; required: false };
      accessToken: { alias: "accessToken"; required: false };
    },
    {
      threepidAuthRequired: "threepidAuthRequired";
      threepidsSessionExpired: "threepidsSessionExpired";
      threepidsError: "threepidsError";
      passwordChanged: "passwordChanged";
    },
    never,
    ["*"],
    true,
    never
  >;
}

/** `<matrix-password-reset>`, in the same way. */
export declare class MatrixPasswordReset {
  homeserver?: MatrixPasswordResetProperties["homeserver"];
  theme?: MatrixPasswordResetProperties["theme"];
  headingLevel?: MatrixPasswordResetProperties["headingLevel"];
  withoutHeading?: MatrixPasswordResetProperties["withoutHeading"];
  density?: MatrixPasswordResetProperties["density"];
  fetch?: MatrixPasswordResetProperties["fetch"];
  messages?: MatrixPasswordResetProperties["messages"];
  persist?: MatrixPasswordResetProperties["persist"];
  readonly threepidsError: i0.EventEmitter<MatrixPasswordResetEventMap["threepids-error"]>;
  readonly passwordReset: i0.EventEmitter<MatrixPasswordResetEventMap["password-reset"]>;
  static ɵfac: i0.ɵɵFactoryDeclaration<MatrixPasswordReset, never>;
  static ɵcmp: i0.ɵɵComponentDeclaration<
    MatrixPasswordReset,
    "matrix-password-reset",
    never,
    {
      homeserver: { alias: "homeserver"; required: false };
      theme: { alias: "theme"; required: false };
      headingLevel: { alias: "headingLevel"; required: false };
      withoutHeading: { alias: "withoutHeading"; required: false };
      density: { alias: "density"; required: false };
      fetch: { alias: "fetch"; required: false };
      messages: { alias: "messages"; required: false };
      persist: { alias: "persist"; required: false };
    },
    { threepidsError: "threepidsError"; passwordReset: "passwordReset" },
    never,
    ["*"],
    true,
    never
  >;
}
