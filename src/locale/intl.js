// Numbers, dates and durations by the browser's `Intl`, with the digits and the
// calendar of the language.

/**
 * Calls a function with a tag; with English, if the browser refuses the tag.
 * @template Result
 * @param {string} tag
 * @param {(tag: string) => Result} make
 * @returns {Result}
 */
export const withTag = (tag, make) => {
  try {
    return make(tag);
  } catch {
    return make("en");
  }
};

/**
 * Returns true if the browser has the words of this language. Chromium lacks some, and
 * `Intl` has those of the browser's own language in their place.
 * @param {string} tag
 */
const hasWords = (tag) => Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;

/**
 * Formatter of this task: its creation takes a hundred times as long as its use.
 * @type {Intl.DateTimeFormat | undefined}
 */
let formatter;
let formatterTag = "";

/**
 * Formats a day, such as "21 November 2026", or "2026-11-21" if the browser has no
 * months of the language. An invalid time gives an empty text.
 * @param {string} tag
 * @param {number} ms
 */
const date = (tag, ms) => {
  if (Number.isNaN(new Date(ms).getTime())) return "";
  if (!formatter || formatterTag !== tag) {
    formatter = withTag(tag, (tag) => {
      const long = new Intl.DateTimeFormat(tag, { __proto__: null, dateStyle: "long" });
      // For some others, Chromium has "M11" as the month.
      return hasWords(tag) && !/M\d/.test(long.format()) ? long : new Intl.DateTimeFormat("sv");
    });
    formatterTag = tag;
    // The time zone may change.
    queueMicrotask(() => {
      formatter = undefined;
    });
  }
  return formatter.format(ms);
};

/**
 * Formats a duration, such as "4 minutes 58 seconds", or "4:58" if the browser has no
 * words of the language.
 * @param {string} tag
 * @param {number} ms
 */
const duration = (tag, ms) => {
  const seconds = Math.ceil(ms / 1000);
  const parts = { hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60 };
  const said = Object.entries(parts).filter(([unit, count]) => count || (unit === "second" && seconds === 0));
  return withTag(tag, (tag) => {
    if (!hasWords(tag)) return countdown(tag, ms);
    /** @param {[string, number]} part */
    const say = ([unit, count]) =>
      new Intl.NumberFormat(tag, { __proto__: null, style: "unit", unit, unitDisplay: "long" }).format(count);
    return new Intl.ListFormat(tag, { __proto__: null, type: "unit", style: "narrow" }).format(said.map(say));
  });
};

/**
 * Formats a whole number. The digits are not grouped, as in codes and counts.
 * @param {string} tag
 * @param {number | string} count
 */
const number = (tag, count) =>
  withTag(tag, (tag) => {
    const { format } = new Intl.NumberFormat(tag);
    return `${count}`.replace(/\d/g, (digit) => format(Number(digit)));
  });

/**
 * Formats a duration in figures, such as "4:58".
 * @param {string} tag
 * @param {number} ms
 */
const countdown = (tag, ms) => {
  const seconds = Math.max(Math.ceil(ms / 1000), 0);
  return number(tag, `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`);
};

/** In the order of `Kind` in `intl.rs`. One function for all: Rust imports each for some 100 bytes. */
const FORMATS = [date, duration, countdown, number];

/**
 * Formats a value.
 * @param {number} kind
 * @param {string} tag
 * @param {number} value
 */
export const format = (kind, tag, value) => /** @type {typeof date} */ (FORMATS[kind])(tag, value);
