// What Vue's and Svelte's tools read the tag's types from.
import type { GlobalComponents } from "vue";
import type { SvelteHTMLElements } from "svelte/elements";
import type {} from "matrix-threepids/vue";
import type {} from "matrix-threepids/svelte";

import { MatrixThreepids as VueComponent } from "matrix-threepids/vue";
import { properties } from "matrix-threepids/svelte";

type VueProps = InstanceType<typeof VueComponent>["$props"];
export const componentInVue: VueProps = {
  homeserver: "https://matrix.example.org",
  accessToken: async () => null,
  messages: { add: "Ajouter" },
  onThreepidAdded: (event) => event.detail.address satisfies string,
};
export const attachment: (element: Element) => void = properties({ accessToken: async () => "syt_a" });

type InVue = InstanceType<GlobalComponents["matrix-threepids"]>["$props"];
type InSvelte = SvelteHTMLElements["matrix-threepids"];

export const inVue: InVue = {
  homeserver: "https://matrix.example.org",
  onThreepidAdded: (event) => event.detail.address satisfies string,
};
export const inSvelte: InSvelte = {
  homeserver: "https://matrix.example.org",
  "onthreepid-added": (event) => event.detail.address satisfies string,
};

type PasswordInVue = InstanceType<GlobalComponents["matrix-account-password"]>["$props"];
export const passwordInVue: PasswordInVue = {
  onPasswordChanged: (event) => event.detail.logoutDevices satisfies boolean,
};
type PasswordInSvelte = SvelteHTMLElements["matrix-account-password"];
export const passwordInSvelte: PasswordInSvelte = {
  "onpassword-changed": (event) => event.detail.logoutDevices satisfies boolean,
};

// @ts-expect-error: a server makes an attribute of it
export const tokenInVue: InVue = { accessToken: "syt_a" };
// @ts-expect-error: a server makes an attribute of it
export const tokenInSvelte: InSvelte = { accessToken: "syt_a" };
// @ts-expect-error: no such property
export const wrongAttachment = properties({ token: "syt_a" });
// @ts-expect-error: no such theme
export const wrongComponent: VueProps = { theme: "black" };
// @ts-expect-error: no such theme
export const wrongInVue: InVue = { theme: "black" };
// @ts-expect-error: no such theme
export const wrongInSvelte: InSvelte = { theme: "black" };
// @ts-expect-error: the detail has no such member
export const wrongEvent: InSvelte = { "onthreepid-added": (event) => event.detail.email };
