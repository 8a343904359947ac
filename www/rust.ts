// Types of what crosses between JavaScript and Rust. The names of members are
// those of `src/element/` and `src/locale/phone_numbers.rs`.

import type { Bridge } from "./js-bridge.js";
import type { Pending, Threepid, ThreepidRemoved, VerificationSent } from "./types.js";

/** Exports of the WebAssembly module, once it is instantiated. */
export interface Rust {
  readonly __proto__?: null;
  readonly Handle: new (bridge: Bridge, kind: number) => Handle;
  /** Loads everything except the list, once for each instance. */
  loadActions(functions: typeof import("./actions.js")): Promise<void>;
  /** Sets the function that is called once, when Rust panics. */
  onPanic(callback: () => void): void;
  /** Sets the module that parses and formats phone numbers. */
  phones(module: typeof import("./phones.js")): void;
  /** Text of the style sheet. */
  styles(): string;
}

/** The Rust side of one element. */
export interface Handle {
  configure(config: Config): void;
  tokenChanged(isSet: boolean): void;
  connect(root: ShadowRoot): void;
  disconnect(): void;
  presence(visible: boolean, focused: boolean, offline: boolean, at: Element): void;
  online(): void;
  freeze(): void;
  thaw(): void;
  /** Continues with what waited for the actions. */
  useActions(): void;
  /** Shows that the actions could not be loaded, if something waits for them. */
  actionsFailed(): void;
  call(method: "refresh", first: "", second: ""): Promise<Threepid[]>;
  call(method: "addEmail" | "resend", address: string, second: ""): Promise<VerificationSent>;
  call(method: "addPhone", number: string, country: string): Promise<VerificationSent>;
  call(method: "cancel", address: string, second: ""): Promise<void>;
  call(method: "remove", medium: string, address: string): Promise<ThreepidRemoved>;
  // Without the actions, these return undefined, too.
  call(method: "pending", first: "", second: ""): Pending[] | undefined;
  call(method: "focus", first: "", second: ""): undefined;
  /** Reports what happened in another tab or window. */
  call(method: "pageDone" | "heardRecords" | "heardLinkOpened", text: string, second: ""): undefined;
  call(method: "heardListChanged", first: "", second: ""): undefined;
  threepids(): Threepid[];
}

/** Members of the configuration that depend on the kind of element. */
export interface OwnConfig {
  /** In the place of the attributes `user-id` and `readonly`. */
  readonly userId?: string;
  readonly readonly?: boolean;
  readonly mediums?: readonly string[];
  readonly country?: string | undefined;
  readonly persist?: string | undefined;
  /** Host and port of the identity server. */
  readonly identityServer?: string | undefined;
  readonly identityUrl?: string | undefined;
  readonly identityToken?: string | undefined;
  readonly canHash?: boolean;
  readonly nextLink?: string | undefined;
  /** The `sid` with which the browser came back to `nextLink`. */
  readonly returned?: string | undefined;
}

/** Attributes and properties of an element, as Rust receives them. */
export interface Config extends OwnConfig {
  readonly homeserver: string;
  /** True if `homeserver` is a URL that may receive a token. */
  readonly valid: boolean;
  /** True if the page has loaded. */
  readonly loaded: boolean;
  readonly userId: string;
  readonly lang: string;
  readonly rtl: boolean;
  /** Texts in the order of the words in Rust; empty for English. */
  readonly words: readonly string[];
  readonly readonly: boolean;
  readonly headingLevel: number;
  readonly withoutHeading: boolean;
  readonly hasPlaceholder: boolean;
}
