const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];

/** Direction of a page in this language: value of `dir`. */
export const directionOf = (lang) => (RIGHT_TO_LEFT.includes(lang) ? "rtl" : "ltr");
