// Standalone components for Angular.
import type * as i0 from "@angular/core";
import type {
  MatrixAccountPasswordEventMap,
  MatrixAccountPasswordProperties,
  MatrixPasswordResetEventMap,
  MatrixPasswordResetProperties,
  MatrixThreepidsEventMap,
  MatrixThreepidsProperties,
} from "./index.js";

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/** `threepidAdded`, `threepidsReady`, … */
type Outputs<Events> = {
  readonly [Name in keyof Events & string as Camel<Name>]: i0.EventEmitter<Events[Name]>;
};

export interface MatrixThreepids extends MatrixThreepidsProperties, Outputs<MatrixThreepidsEventMap> {}

/** `<matrix-threepids>` with typed inputs and outputs. Inputs are set in the browser only. */
export declare class MatrixThreepids {
  constructor();
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

export interface MatrixAccountPassword
  extends MatrixAccountPasswordProperties,
    Outputs<MatrixAccountPasswordEventMap> {}

/** `<matrix-account-password>`, in the same way. */
export declare class MatrixAccountPassword {
  constructor();
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

export interface MatrixPasswordReset extends MatrixPasswordResetProperties, Outputs<MatrixPasswordResetEventMap> {}

/** `<matrix-password-reset>`, in the same way. */
export declare class MatrixPasswordReset {
  constructor();
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
