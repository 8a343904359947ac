// Functions of the bridge by which the host application authenticates, and by which
// windows are opened. Rust calls them after the actions are loaded.

import { attempt } from "./errors.js";
import { openPage } from "./fallback-window.js";
import type { Bridge, Parts } from "./js-bridge.js";

/**
 * Serializes a value of the host application as JSON. This may run its code. Returns
 * undefined if that is impossible.
 */
const toJson = (value: unknown): string | undefined => attempt(() => JSON.stringify(value));

export function challenge(parts: Parts, ...[detail, respond]: Parameters<Bridge["challenge"]>): boolean {
  const answer = (auth: unknown) => respond(toJson(auth));
  return parts.emit("threepid-auth-required", { ...detail, respond: answer }, true);
}

export function authenticate(
  parts: Parts,
  ...[challenge]: Parameters<Bridge["authenticate"]>
): ReturnType<Bridge["authenticate"]> {
  let answer: unknown = null;
  try {
    answer = parts.authHandler()?.(challenge);
  } catch {
    // The handler did not authenticate the user.
  }
  return answer === undefined ? answer : (async () => toJson(await answer))();
}

export function openFallbackPage(
  parts: Parts,
  ...[base, stage, session]: Parameters<Bridge["openPage"]>
): string | undefined {
  const encode = encodeURIComponent;
  const url = `${base}${encode(stage)}/fallback/web?session=${encode(session)}`;
  return openPage(url, parts.sender().lookUp, () => parts.pageDone(session));
}
