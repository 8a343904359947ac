// Dates and durations by the browser's `Intl`. A tag that the browser does not
// take makes English of it.
const by = (tag, make) => {
  try {
    return make(tag);
  } catch {
    return make("en");
  }
};

/** A day, such as "21 November 2026"; nothing for what is no time. */
export const date = (tag, ms) =>
  Number.isNaN(new Date(ms).getTime())
    ? ""
    : by(tag, (tag) => new Intl.DateTimeFormat(tag, { __proto__: null, dateStyle: "long" }).format(ms));

/** A duration, such as "4 minutes 58 seconds". */
export const duration = (tag, ms) => {
  const seconds = Math.ceil(ms / 1000);
  const parts = { hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60 };
  const said = Object.entries(parts).filter(([unit, count]) => count || (unit === "second" && seconds === 0));
  return by(tag, (tag) => {
    const say = ([unit, count]) =>
      new Intl.NumberFormat(tag, { __proto__: null, style: "unit", unit, unitDisplay: "long" }).format(count);
    return new Intl.ListFormat(tag, { __proto__: null, type: "unit", style: "narrow" }).format(said.map(say));
  });
};
