// What a browser does with texts by its own tables of characters, which weigh
// nothing here. Native builds do the same in Rust (`native.rs`); one table of
// examples is run in both.

// White space, and characters that are invisible or only say that something was
// lost. As literals, so that a bundle without the functions can drop them.
const AROUND = /^[\p{White_Space}\p{DI}\ufff0-\uffff]+|[\p{White_Space}\p{DI}\ufff0-\uffff]+$/gu;
const BLANKS = /[\p{White_Space}\p{DI}\ufff0-\uffff]/gu;
const UNFIT = /[\p{White_Space}\p{Cc}<>,;:"()\\\p{DI}\ufff0-\uffff]/u;
/** Labels, at least two, that neither begin nor end with a hyphen. */
const DOMAIN = /^[^.-]([^.]*[^.-])?(\.[^.-]([^.]*[^.-])?)+$/;
/** @param {string} text */
const size = (text) => new TextEncoder().encode(text).length;

/** @param {string} text */
export const trimmed = (text) => text.replace(AROUND, "");

/**
 * Converts a domain to ASCII; undefined, if the browser does not accept it.
 * @param {string} domain
 */
function toAscii(domain) {
  if (/^[\0-\x7f]*$/.test(domain)) return domain;
  if (!/^[a-z\d.\-\x80-\uffff]+$/i.test(domain)) return undefined;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return undefined;
  }
}

/**
 * Parses an email address as servers accept it; undefined if it is invalid.
 * @param {string} text
 */
export function parse(text) {
  const [, local, typed = ""] = /^([^@]+)@([^@]+)$/.exec(trimmed(text)) ?? [];
  // Some scripts want joiners within words.
  if (!local || UNFIT.test(local + typed.replace(/[\u200c\u200d]/g, ""))) return undefined;
  const domain = toAscii(typed) ?? "";
  const address = `${local}@${domain}`;
  return DOMAIN.test(domain) && size(local) <= 64 && size(address) <= 254 ? address : undefined;
}

/**
 * Folds the case. The dotless i is a letter of its own, though its capital is that of the other.
 * @param {string} text
 */
export const fold = (text) =>
  text
    .replaceAll("ı", "\ue000")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll("\ue000", "ı")
    .replaceAll("ς", "σ");

/** @param {string} address */
function asciiDomain(address) {
  const at = address.lastIndexOf("@") + 1;
  const domain = at && toAscii(address.slice(at));
  return domain ? address.slice(0, at) + domain : address;
}

/**
 * Converts an address to the form in which servers compare it.
 * @param {string} address
 */
export const canonical = (address) => fold(asciiDomain(address));

/**
 * Spells the domain of an address in its own letters, unless they look like others.
 * @param {string} address
 */
export function spelledOut(address) {
  const at = address.lastIndexOf("@") + 1;
  const domain = address.slice(at);
  if (!at || domain.length > 253 || !domain.includes("xn--")) return address;
  const labels = domain.split(".");
  // A country that writes so, too.
  const atHome = /** @type {string} */ (labels.at(-1)).includes("xn--");
  const read = labels.map((label) => (label.startsWith("xn--") ? decode(label.slice(4), atHome) : label));
  const text = address.slice(0, at) + read.join(".");
  // Nothing but what is written so.
  return asciiDomain(text) === address ? text : address;
}

/**
 * The script of a letter, of those in which no letter looks like one of another; else 0.
 * @param {number} code
 * @param {boolean} atHome
 */
function scriptOf(code, atHome) {
  if (code === 0x131 || code === 0x138) return 0;
  if (code < 0x180 || code >> 8 === 0x1e) return 1;
  if (code < 0x370) return 0;
  // Greek, Cyrillic, Armenian: full of letters that look Latin.
  if (code < 0x590) return atHome && (code < 0x400 ? 3 : code < 0x530 ? 4 : 5);
  if (code < 0x700) return code < 0x600 ? 6 : 7;
  if (code >= 0x900 && code < 0x1000) return code >> 7;
  return /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]/.test(String.fromCharCode(code)) && code < 0x10000 ? 2 : 0;
}

/**
 * What a label says that is written in ASCII; nothing, if that is not to be read.
 * Spec: https://www.rfc-editor.org/rfc/rfc3492#section-6.2
 * @param {string} code
 * @param {boolean} atHome
 */
function decode(code, atHome) {
  const cut = code.lastIndexOf("-");
  const text = [...code.slice(0, Math.max(cut, 0))];
  let [next, point, at, bias] = /** @type {[number, number, number, number]} */ ([cut + 1, 128, 0, 72]);
  while (next < code.length) {
    const before = at;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = "abcdefghijklmnopqrstuvwxyz0123456789".indexOf(code[next++] ?? " ");
      if (digit < 0) return "";
      at += digit * weight;
      const least = Math.min(Math.max(k - bias, 1), 26);
      if (digit < least) break;
      weight *= 36 - least;
    }
    const length = text.length + 1;
    let delta = Math.floor((at - before) / (before ? 2 : 700));
    delta += Math.floor(delta / length);
    for (bias = 0; delta > 455; bias += 36) delta = Math.floor(delta / 35);
    bias += Math.floor((36 * delta) / (delta + 38));
    point += Math.floor(at / length);
    if (!(point < 0x110000)) return "";
    at %= length;
    text.splice(at++, 0, String.fromCodePoint(point));
  }
  const scripts = text
    .filter((letter) => !/[-\d]/.test(letter))
    .map((letter) => scriptOf(/** @type {number} */ (letter.codePointAt(0)), atHome));
  return scripts.every((script) => script && script === scripts[0]) ? text.join("") : "";
}

/**
 * Removes characters that are invisible or change directions; of a long text, keeps the two ends.
 * @param {string} text
 */
export function readable(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are to be removed
  const seen = [...text.replace(/[\0-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "")];
  return (seen.length > 320 ? [...seen.slice(0, 159), "…", ...seen.slice(-160)] : seen).join("");
}

/**
 * Converts to ASCII: digits of all scripts, and letters that are as wide as Chinese ones.
 * @param {string} text
 */
const plain = (text) =>
  text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Nd}/gu, (digit) => {
      const code = /** @type {number} */ (digit.codePointAt(0));
      let zero = code;
      // Ten digits each, one script's after another's.
      while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
      return `${(code - zero) % 10}`;
    });

/**
 * Reads a code as it was typed, pasted or dictated, without characters that belong to no code.
 * @param {string} typed
 */
export function readCode(typed) {
  const text = plain(typed.replace(BLANKS, ""));
  return /[a-z]/i.test(text) ? text.replace(/^[^\w~=+/-]+|[^\w~=+/-]+$/g, "") : text.replace(/\D/g, "");
}

/** @param {string} typed */
export const readRegistrationToken = (typed) => plain(typed).replace(/[^\w.~-]/g, "");
