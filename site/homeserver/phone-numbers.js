// Reads phone numbers as a homeserver does, for the countries of the playground.

/** Calling code and prefix of national numbers of each country. */
const COUNTRIES = {
  AT: ["43", "0"],
  AU: ["61", "0"],
  CA: ["1", "1"],
  CH: ["41", "0"],
  DE: ["49", "0"],
  ES: ["34", ""],
  FR: ["33", "0"],
  GB: ["44", "0"],
  IN: ["91", "0"],
  IT: ["39", ""],
  NL: ["31", "0"],
  PL: ["48", ""],
  US: ["1", "1"],
};

/** The MSISDN of a number as a user in this country enters it; null if it is no number. */
export function toMsisdn(country, number) {
  const text = String(number).replace(/[\s().-]/g, "");
  const international = /^(?:\+|00)([1-9]\d{6,14})$/.exec(text);
  if (international) return international[1];
  const [code, trunk] = COUNTRIES[country] ?? ["44", "0"];
  const national = trunk && text.startsWith(trunk) ? text.slice(trunk.length) : text;
  return /^\d{5,12}$/.test(national) ? code + national : null;
}
