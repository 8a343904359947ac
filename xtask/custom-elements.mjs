// Configuration of @custom-elements-manifest/analyzer. The analyzer reads
// classes and their JSDoc. The plugin adds what it does not know: properties and
// listeners that an interface merges into a class, maps of events, and the
// layout of the package, where one file has all modules.

/** Sources that declare something of the manifest. */
const SOURCES = [
  "types.ts",
  "errors.ts",
  "matrix-element.ts",
  "matrix-threepids-element.ts",
  "matrix-account-password-element.ts",
  "matrix-password-reset-element.ts",
  "wasm-loader.ts",
];
/** Class, tag and events of each element. */
const ELEMENTS = [
  ["MatrixThreepidsElement", "matrix-threepids", "MatrixThreepidsEventMap"],
  ["MatrixAccountPasswordElement", "matrix-account-password", "MatrixAccountPasswordEventMap"],
  ["MatrixPasswordResetElement", "matrix-password-reset", "MatrixPasswordResetEventMap"],
];
/** Inherited properties that have no effect, by tag. */
const UNUSED = new Map([["matrix-password-reset", ["accessToken", "authHandler", "readOnly", "userId"]]]);
const FUNCTIONS = ["define", "init", "registerLocale"];
const INDEX = "index.js";

/** A text in one line. Readers of the manifest do not resolve links of JSDoc. */
const flat = (text) =>
  text
    ?.replace(/\{@link\s+([^}]+?)\s*\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim() || undefined;

/** Types of attributes: what HTML can contain, of what the property takes. */
const ATTRIBUTE_TYPES = new Map([
  ["heading-level", '"1" | "2" | "3" | "4" | "5" | "6"'],
  ["mediums", '"email" | "msisdn" | "email msisdn" | "msisdn email"'],
]);
const attributeType = (name, { text }) => ({
  text:
    ATTRIBUTE_TYPES.get(name) ??
    text
      .split(" | ")
      .filter((part) => !["URL", "null", "undefined"].includes(part))
      .join(" | "),
});

/** Accessors of classes, and of the interfaces that are merged into them, by class. */
const accessors = new Map();
/** Names, types and descriptions of events, by map. */
const events = new Map();
/** Type and description of what each method returns; the analyzer loses the type. */
const returns = new Map();
/** Names of the interface or class that another extends. */
const parents = new Map();

function collect(ts, node) {
  const source = node.getSourceFile();
  const text = (part) => flat(part?.getText(source));
  const described = (part) => flat(ts.getTextOfJSDocComment(part.jsDoc?.at(-1)?.comment));
  const name = node.name.text;
  const extended = node.heritageClauses?.[0]?.types[0];
  if (extended) parents.set(name, text(extended.expression));
  if (name.endsWith("EventMap")) {
    const all = node.members.map((member) => ({
      name: member.name.text,
      type: { text: text(member.type) },
      description: described(member),
    }));
    events.set(name, all);
    return;
  }
  for (const member of node.members.filter(ts.isMethodDeclaration)) {
    const description = flat(ts.getTextOfJSDocComment(ts.getJSDocReturnTag(member)?.comment));
    if (member.jsDoc?.length)
      returns.set(text(member.name), { type: { text: text(member.type) }, ...(description && { description }) });
  }
  const fields = accessors.get(name) ?? new Map();
  accessors.set(name, fields);
  for (const member of node.members.filter(ts.isAccessor)) {
    const field = fields.get(member.name.text) ?? { kind: "field", name: member.name.text, readonly: true };
    fields.set(field.name, field);
    field.description ??= described(member);
    const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === "default");
    field.default ??= flat(ts.getTextOfJSDocComment(tag?.comment));
    if (ts.isGetAccessor(member)) field.type ??= { text: text(member.type) };
    else {
      field.type = { text: text(member.parameters[0].type) };
      delete field.readonly;
    }
  }
}

/** Values of a map for a name, after those of what it extends. */
function inherited(map, name) {
  const parent = parents.get(name);
  return [...(parent ? inherited(map, parent) : []), ...(map.get(name)?.values() ?? [])];
}

function field({ name, type, description, readonly, default: standard }) {
  const attribute = /^Attribute `([^`]+)`/.exec(description)?.[1];
  return {
    kind: "field",
    name,
    type,
    description,
    privacy: "public",
    // A flag is off unless its attribute is there.
    ...((standard || type.text === "boolean") && { default: standard ?? "false" }),
    ...(readonly && { readonly }),
    ...(attribute && { attribute, reflects: true }),
  };
}

function method({ kind, name, description, parameters = [], return: returned }) {
  return {
    kind,
    name,
    description: flat(description),
    ...(kind === "method" && { privacy: "public" }),
    parameters: parameters.map(({ name, type, optional, default: value, description }) => ({
      name,
      // The analyzer does not infer the type of a default.
      type: type ?? { text: "string" },
      ...(description && { description: flat(description) }),
      ...((optional || value) && { optional: true }),
    })),
    return: returns.get(name) ?? returned,
  };
}

const described = (list = []) => list.map(({ name, description }) => ({ name, description: flat(description) }));

function customElement(declaration, tagName, map) {
  const isUsed = ({ name }) => !UNUSED.get(tagName)?.includes(name);
  const fields = inherited(accessors, declaration.name).filter(isUsed).map(field);
  // Of overloads, the last that is described is ours, not every element's.
  const isOwn = ({ kind, name, description, privacy }) =>
    kind === "method" && description && privacy !== "private" && !/^#|^\[|Callback$/.test(name);
  const methods = new Map(declaration.members.filter(isOwn).map((member) => [member.name, method(member)]));
  const attributes = fields
    .filter(({ attribute }) => attribute)
    .map(({ name, type, description, attribute, default: standard }) => ({
      name: attribute,
      type: attributeType(attribute, type),
      description,
      ...(standard && { default: standard }),
      fieldName: name,
    }));
  const lang = declaration.attributes.map((attribute) => ({
    name: attribute.name,
    type: { text: "string" },
    description: flat(attribute.description),
  }));
  return {
    kind: "class",
    customElement: true,
    name: declaration.name,
    tagName,
    description: flat(declaration.description),
    superclass: { name: "HTMLElement" },
    attributes: [...attributes, ...lang],
    members: [...fields, ...methods.values()],
    events: inherited(events, map),
    slots: described(declaration.slots),
    cssParts: described(declaration.cssParts),
    cssProperties: described(declaration.cssProperties),
    cssStates: described(declaration.cssStates),
  };
}

const published = {
  name: "published",
  analyzePhase({ ts, node }) {
    if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
      if (node.name) collect(ts, node);
    }
  },
  packageLinkPhase({ customElementsManifest: manifest }) {
    const all = manifest.modules.flatMap(({ declarations }) => declarations);
    const find = (name) => all.find((declaration) => declaration.name === name);
    const exported = (name) => ({ kind: "js", name, declaration: { name, module: INDEX } });
    const error = find("ThreepidsError");
    const definitions = ELEMENTS.map(([name, tagName]) => ({
      kind: "custom-element-definition",
      name: tagName,
      declaration: { name, module: INDEX },
    }));
    manifest.schemaVersion = "2.1.0";
    manifest.readme = "README.md";
    manifest.modules = [
      {
        kind: "javascript-module",
        path: INDEX,
        declarations: [
          ...ELEMENTS.map(([name, tagName, map]) => customElement(find(name), tagName, map)),
          {
            kind: "class",
            name: error.name,
            description: flat(error.description),
            superclass: { name: "Error" },
          },
          ...FUNCTIONS.map((name) => method(find(name))),
        ],
        exports: [...ELEMENTS.map(([name]) => name), error.name, ...FUNCTIONS].map(exported),
      },
      ...["define.js", "inline.js", "cdn.js"].map((path) => ({
        kind: "javascript-module",
        path,
        exports: definitions,
      })),
    ];
  },
};

export default { globs: SOURCES, plugins: [published] };
