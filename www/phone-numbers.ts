// Phone numbers: which country a number is of, how it is read and how it is
// written. Loaded only where an element shows phone numbers. The homeserver has
// the last word on every number; this is enough to show it and to find the one
// that was meant.

import { withTag } from "../src/locale/intl.js";
import { h } from "./dom.js";
import { attempt } from "./errors.js";

/**
 * Each region: its calling code, what national numbers begin with, and how the
 * digits of a mobile number are grouped. Of regions that share the calling code
 * of a larger one there is a fourth part: the digits that their numbers begin
 * with, where that tells them from the others.
 */
const TABLE =
  "\
AC247..5 AD376..33 AE971.0.234 AF93.0.234 AG1.1.334.268 AI1.1.334.264 AL355.0.234 AM374.0.26 \
AO244..333 AR54.0.1244 AS1.1.334.684 AT43.0.36 AU61.0.333 AW297..34 AX358.0.27.18 AZ994.0.2322 \
BA387.0.233 BB1.1.334.246 BD880.0.46 BE32.0.3222 BF226..2222 BG359.0.233 BH973..44 BI257..2222 \
BJ229..22222 BL590.0.3222. BM1.1.334.441 BN673..34 BO591.0.8 BQ599..34. BR55.0.254 BS1.1.334.242 \
BT975..2222 BW267..233 BY375.80.2322 BZ501..34 CA1.1.334. CC61.0.333. CD243.0.333 CF236..2222 \
CG242..234 CH41.0.2322 CI225..2224 CK682..23 CL56..144 CM237..12222 CN86.0.344 CO57.0.37 CR506..44 \
CU53.0.17 CV238..322 CW599..134 CX61.0.333. CY357..26 CZ420..333 DE49.0.47 DJ253..2222 DK45..2222 \
DM1.1.334.767 DO1.1.334.809|829|849 DZ213.0.3222 EC593.0.234 EE372..44 EG20.0.28 EH212.0.12222. \
ER291.0.133 ES34..3222 ET251.0.234 FI358.0.27 FJ679..34 FK500..5 FM691..34 FO298..222 FR33.0.12222 \
GA241..2222 GB44.0.46 GD1.1.334.473 GE995.0.3222 GF594.0.3222 GG44.0.46. GH233.0.234 GI350..8 \
GL299..222 GM220..34 GN224..3222 GP590.0.3222 GQ240..333 GR30..334 GT502..44 GU1.1.334.671 \
GW245..333 GY592..34 HK852..44 HN504..44 HR385.0.234 HT509..224 HU36.06.234 ID62.0.333 IE353.0.234 \
IL972.0.234 IM44.0.46. IN91.0.55 IO246..34 IQ964.0.334 IR98.0.334 IS354..34 IT39..334 JE44.0.46. \
JM1.1.334.658|876 JO962.0.144 JP81.0.244 KE254.0.36 KG996.0.333 KH855.0.233 KI686.0.8 KM269..322 \
KN1.1.334.869 KP850.0.334 KR82.0.244 KW965..35 KY1.1.334.345 KZ7.8.334.7 LA856.0.2233 LB961.0.233 \
LC1.1.334.758 LI423.0.333 LK94.0.234 LR231.0.234 LS266..44 LT370.0.35 LU352..333 LV371..233 \
LY218.0.27 MA212.0.12222 MC377.0.12222 MD373.0.323 ME382.0.233 MF590.0.3222. MG261.0.2232 MH692.1.34 \
MK389.0.233 ML223..2222 MM95.0.134 MN976.0.44 MO853..44 MP1.1.334.670 MQ596.0.3222 MR222..2222 \
MS1.1.334.664 MT356..44 MU230..44 MV960..34 MW265.0.3222 MX52..334 MY60.0.234 MZ258..234 NA264.0.234 \
NC687..222 NE227..2222 NF672..15 NG234.0.334 NI505..44 NL31.0.18 NO47..2222 NP977.0.37 NR674..34 \
NU683..34 NZ64.0.234 OM968..44 PA507..44 PE51.0.333 PF689..2222 PG675..44 PH63.0.334 PK92.0.37 \
PL48..333 PM508.0.222 PR1.1.334.787|939 PS970.0.333 PT351..333 PW680..34 PY595.0.36 QA974..44 \
RE262.0.3222 RO40.0.333 RS381.0.27 RU7.8.3322 RW250.0.333 SA966.0.234 SB677..25 SC248..133 \
SD249.0.234 SE46.0.2322 SG65..44 SH290..5 SI386.0.233 SJ47..2222.79 SK421.0.333 SL232.0.26 \
SM378..2222 SN221..2322 SO252.0.17 SR597..34 SS211.0.333 ST239..34 SV503..44 SX1.1.334.721 \
SY963.0.333 SZ268..44 TA290..4.8 TC1.1.334.649 TD235..2222 TG228..2222 TH66.0.234 TJ992..234 \
TK690..4 TL670..44 TM993.8.26 TN216..233 TO676..34 TR90.0.3322 TT1.1.334.868 TV688..24 TW886.0.333 \
TZ255.0.333 UA380.0.234 UG256.0.36 US1.1.334 UY598.0.233 UZ998..2322 VA39..334.06698 VC1.1.334.784 \
VE58.0.37 VG1.1.334.284 VI1.1.334.340 VN84.0.333 VU678..34 WF681..222 WS685..25 XK383.0.233 \
YE967.0.333 YT262.0.3222. ZA27.0.234 ZM260.0.27 ZW263.0.234";

/** What only groups digits, or is not to be seen. */
const SPECIAL = /[\s().\-/\u2010-\u2015\u2212\p{Default_Ignorable_Code_Point}]/gu;
/** Of a letter that got lost: at the ends it came with what was copied. */
const LOST = /^[\s\ufffd]+|[\s\ufffd]+$/g;
const DIGIT = /\p{Nd}/gu;

interface Region {
  readonly name: string;
  /** Calling code. */
  readonly code: string;
  /** Prefix of national numbers. */
  readonly trunk: string;
  /** Numbers of digits in each group. */
  readonly groups: string;
  /** First digits of its own numbers; undefined for the largest region of a code. */
  readonly own: string | undefined;
}

const regions = new Map<string, Region>();
/** The largest region of each calling code. */
const largest = new Map<string, Region>();
for (const entry of TABLE.split(" ")) {
  const [head, trunk, groups, own] = entry.split(".") as [string, string, string, string?];
  const region = { name: head.slice(0, 2), code: head.slice(2), trunk, groups, own };
  regions.set(region.name, region);
  if (own === undefined) largest.set(region.code, region);
}

/** The region of a number with its calling code. No code begins another. */
function regionOf(digits: string): Region | undefined {
  const main = [1, 2, 3].map((length) => largest.get(digits.slice(0, length))).find(Boolean);
  const rest = digits.slice(main?.code.length);
  const owns = ({ code, own }: Region) =>
    code === main?.code && own?.split("|").some((some) => some && rest.startsWith(some));
  return [...regions.values()].find(owns) ?? main;
}

/** A digit of any script. Each has its ten in a row, from a code that ends in 0 or in 6. */
function inAscii(digit: string): string {
  const code = digit.codePointAt(0) as number;
  const last = code & 15;
  return String(/\p{Nd}/u.test(String.fromCodePoint(code - last)) ? last : last - 6);
}

/** Typed text without what only groups digits: digits, perhaps after a `+`. */
function normalize(typed: string): string {
  const ascii = typed.normalize("NFKC").replace(DIGIT, inAscii).replace(LOST, "");
  const international = ascii
    .replace(/^\p{Default_Ignorable_Code_Point}+/u, "")
    .trim()
    .replace(/^00/, "+");
  // "+44 (0)7700 …" has the 0 for those who leave out what is before it.
  return (international.startsWith("+") ? international.replace("(0)", "") : international).replace(SPECIAL, "");
}

/** The region that is selected first: this country, else that of the language. */
export function defaultCountry(country: string, tag: string): string {
  const wanted = country.toUpperCase();
  if (regions.has(wanted)) return wanted;
  const locales = [tag, ...navigator.languages].flatMap((some) => attempt(() => [new Intl.Locale(some)], []));
  const same = locales.find(({ language, region }) => region && language === locales[0]?.language);
  const region = same?.region ?? locales[0]?.maximize().region;
  return region && regions.has(region) ? region : "US";
}

/**
 * Parses a number that was typed for this country. Returns JSON: the country,
 * the number for the homeserver, and how that would list it (empty for what is
 * no number).
 */
export function parse(typed: string, country: string): string {
  const number = normalize(typed);
  const abroad = number.startsWith("+");
  const digits = number.replace("+", "");
  const region = (abroad && regionOf(digits)) || (regions.get(country) as Region);
  let own = abroad ? digits.slice(region.code.length) : digits;
  if (abroad && !digits.startsWith(region.code)) own = "";
  // What a national number begins with is not dialled from abroad.
  if (region.trunk && own.startsWith(region.trunk) && !isCompleteNumber(own, region)) {
    own = own.slice(region.trunk.length);
  }
  const msisdn = region.code + own;
  const good = /^\+?\d+$/.test(number) && own.length >= 4 && msisdn.length <= 15;
  return JSON.stringify({
    country: matchesCountry(country, region) ? country : region.name,
    number: abroad && good ? `+${msisdn}` : number || typed,
    msisdn: good ? msisdn : "",
  });
}

/** A 1 or 8 may be a number's own first digit, a 0 hardly ever is. */
const isCompleteNumber = (own: string, { trunk, groups }: Region) =>
  trunk !== "0" && trunk !== "06" && own.length <= sum(groups);
const sum = (groups: string) => [...groups].reduce((all, some) => all + Number(some), 0);
/** What was chosen stays, where nothing tells it from the region that was found. */
const matchesCountry = (country: string, { code, own }: Region) => !own && regions.get(country)?.code === code;

/** A number as people write it: `+44 7700 900001`. */
export function format(msisdn: string): string {
  const region = /^\d+$/.test(msisdn) && regionOf(msisdn);
  if (!region) return msisdn.replace(/^(?=\d+$)/, "+");
  let rest = msisdn.slice(region.code.length);
  const parts = [`+${region.code}`];
  for (const length of sum(region.groups) === rest.length ? region.groups : defaultGroups(rest.length)) {
    parts.push(rest.slice(0, Number(length)));
    rest = rest.slice(Number(length));
  }
  return parts.join(" ");
}

/** Threes, and fours at the end for what is left. */
function defaultGroups(length: number): number[] {
  const fours = length < 3 ? 0 : length % 3;
  return length < 3 || length === 5
    ? [length]
    : [...Array<number>((length - 4 * fours) / 3).fill(3), ...Array<number>(fours).fill(4)];
}

/** Parses the number of a form, for the country that is selected there. */
export function parseForm(form: HTMLFormElement): string {
  return parse(find(form, "input").value, find(form, "select").value);
}

/** Sets the number of a field, and selects its country. */
export function setValue(field: HTMLInputElement, msisdn: string): void {
  field.value = msisdn && format(msisdn);
  // Only listeners of this file: the user has corrected nothing.
  field.dispatchEvent(new Event("input"));
}

/** Element of a form; every form for phone numbers has a field and a list. */
const find = <Name extends "input" | "select">(form: HTMLFormElement, name: Name) =>
  form.querySelector(name) as HTMLElementTagNameMap[Name];

/** Language, label and country with which a list of countries was rendered. */
const rendered = new WeakMap<HTMLSelectElement, readonly [wanted: string, country: string]>();

/**
 * Renders the list of countries before the field of a form. The selected country
 * stays, until the page sets another one.
 */
export function renderCountrySelect(form: HTMLFormElement, country: string, tag: string, label: string): void {
  const wanted = [country, tag, label].join();
  const select = form.querySelector("select") ?? createCountrySelect(form);
  const [before, countryBefore] = rendered.get(select) ?? [];
  if (before === wanted) return;
  rendered.set(select, [wanted, country]);
  (select.previousElementSibling as Element).textContent = label;
  const names = withTag(tag, (some) => new Intl.DisplayNames(some, { __proto__: null, type: "region" }));
  const { compare } = withTag(tag, (some) => new Intl.Collator(some));
  const options = [...regions.values()].map(({ name, code }) => [names.of(name) as string, name, code] as const);
  const selected = countryBefore === country ? select.value : country;
  select.replaceChildren(
    // Isolated: the code runs from left to right in every language.
    ...options
      .sort(([one], [other]) => compare(one, other))
      .map(([text, value, code]) => new Option(`${text} \u2066+${code}\u2069`, value)),
  );
  select.value = selected;
}

/** Creates the list, still empty. A number with `+` selects its own country. */
function createCountrySelect(form: HTMLFormElement): HTMLSelectElement {
  const label = h("label", { part: "label", className: "label", htmlFor: "country" });
  const select = h("select", { part: "input", className: "input", id: "country", autocomplete: "country" });
  const field = find(form, "input");
  field.addEventListener("input", () => {
    const digits = normalize(field.value);
    const region = digits.startsWith("+") && regionOf(digits.slice(1));
    if (region && !matchesCountry(select.value, region)) select.value = region.name;
  });
  form.firstElementChild?.prepend(label, select);
  return select;
}
