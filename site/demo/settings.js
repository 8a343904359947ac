// The settings of the element: a form, the element, and the URL have the same.

export const DEFAULTS = {
  element: "threepids",
  theme: "auto",
  lang: "en",
  dir: "auto",
  mediums: "email",
  country: "GB",
  readonly: false,
  density: "comfortable",
  accent: "",
  identity: false,
};

/** Text colors on an accent color. */
const DARK_TEXT = "#06231a";
const LIGHT_TEXT = "#ffffff";

function luminance(color) {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The text color that is easier to read on this color. */
export const textOn = (color) => (luminance(color) > 0.18 ? DARK_TEXT : LIGHT_TEXT);

export const tagOf = (settings) => (settings.element === "password" ? "matrix-account-password" : "matrix-threepids");

/** Reads the form. */
export function readForm(form) {
  const data = new FormData(form);
  const kinds = data.getAll("mediums").join(" ");
  const chosen = data.get("accent");
  return {
    ...DEFAULTS,
    ...Object.fromEntries(
      ["element", "theme", "lang", "dir", "country", "density"].map((name) => [name, data.get(name)]),
    ),
    mediums: kinds || DEFAULTS.mediums,
    readonly: data.has("readonly"),
    accent: chosen === "own" ? data.get("own-accent") : chosen,
    identity: data.has("identity"),
  };
}

/** Sets the fields of the form. */
export function fillForm(form, settings) {
  for (const field of form.elements) {
    const value = settings[field.name];
    if (field.name === "mediums") field.checked = settings.mediums.split(" ").includes(field.value);
    else if (field.name === "accent") field.checked = field.value === settings.accent;
    else if (field.type === "checkbox") field.checked = value;
    else if (field.type === "radio") field.checked = field.value === value;
    else if (value !== undefined) field.value = value;
  }
  if (settings.accent && !form.querySelector("[name=accent]:checked")) {
    form.querySelector("[name=accent][value=own]").checked = true;
    form.elements["own-accent"].value = settings.accent;
  }
}

const isColor = (text) => /^#[0-9a-f]{6}$/i.test(text);

/** Reads what a URL says, so that a setup can be shared. */
export function readUrl(search) {
  const settings = { ...DEFAULTS };
  for (const [name, text] of new URLSearchParams(search)) {
    if (typeof DEFAULTS[name] === "boolean") settings[name] = text === "true";
    else if (name === "accent") settings.accent = isColor(text) ? text : "";
    else if (name in DEFAULTS) settings[name] = text;
  }
  return settings;
}

/** Query with the settings that differ from the defaults. */
export function writeUrl(settings, server) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (value !== DEFAULTS[name]) query.set(name, value);
  }
  if (server) query.set("server", server);
  return query.size > 0 ? `?${query}` : "";
}

function setAttribute(element, name, value, byDefault) {
  if (value === byDefault) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Sets the attributes and properties of the element that the settings say. */
export function applySettings(element, settings, identityUrl) {
  for (const name of ["theme", "lang", "dir", "readonly", "density"]) {
    setAttribute(element, name, settings[name], DEFAULTS[name]);
  }
  for (const name of ["accent", "on-accent"]) element.style.removeProperty(`--threepids-color-${name}`);
  if (settings.accent) {
    element.style.setProperty("--threepids-color-accent", settings.accent);
    element.style.setProperty("--threepids-color-on-accent", textOn(settings.accent));
  }
  if (settings.element === "password") return;
  setAttribute(element, "mediums", settings.mediums, DEFAULTS.mediums);
  const hasPhones = settings.mediums.includes("msisdn");
  setAttribute(element, "country", hasPhones ? settings.country : "", "");
  const given = element.identityServer?.url ?? null;
  const wanted = settings.identity ? identityUrl : null;
  if (given !== wanted) element.identityServer = wanted ? { url: wanted } : null;
}
