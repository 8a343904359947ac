// Makes custom-elements.json of the doc comments in the package's types:
//   node manifest.mjs <node_modules> <index.d.ts> <custom-elements.json>
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, from, to] = process.argv.slice(2);
const ts = createRequire(`${modules}/`)("typescript");
const source = ts.createSourceFile(from, readFileSync(from, "utf8"), ts.ScriptTarget.Latest, true);

const declared = (name) => source.statements.find((it) => it.name?.text === name);
const text = (node) => node?.getText(source).replace(/\s+/g, " ");
const flat = (comment) => ts.getTextOfJSDocComment(comment)?.replace(/\s+/g, " ").trim();
const described = (node) => flat(node.jsDoc?.at(-1)?.comment) || undefined;
const isStatic = (node) => Boolean(ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static);

/** `@csspart base - the region`, as `{name, description}`. */
function tagged(element, tag) {
  const tags = ts.getJSDocTags(element).filter((it) => it.tagName.text === tag);
  return tags.map((it) => {
    const [, name, description] = /^(\S*?)(?:\s*-\s+|$)(.*)$/.exec(flat(it.comment) ?? "");
    return { name, description };
  });
}

/** A property, from its getter and its setter. */
function field(name, accessors) {
  const [getter, setter] = [ts.SyntaxKind.GetAccessor, ts.SyntaxKind.SetAccessor].map((kind) =>
    accessors.find((it) => it.kind === kind),
  );
  const description = described(getter);
  const attribute = /^Attribute `([^`]+)`/.exec(description)?.[1];
  const type = { text: text(setter ? setter.parameters[0].type : getter.type) };
  const made = { kind: "field", name, type, description, privacy: "public" };
  if (!setter) made.readonly = true;
  return attribute ? { ...made, attribute, reflects: true } : made;
}

function method(name, node) {
  const parameter = (it) => ({
    name: text(it.name),
    type: { text: text(it.type) },
    ...(it.questionToken && { optional: true }),
  });
  return {
    kind: "method",
    name,
    description: described(node),
    privacy: "public",
    parameters: node.parameters.map(parameter),
    return: { type: { text: text(node.type) }, description: flat(ts.getJSDocReturnTag(node)?.comment) },
  };
}

/** The members of a class or interface, after those of what it extends. */
function inherited(node) {
  const parents = (node.heritageClauses ?? []).flatMap((it) => it.types).map((it) => declared(it.expression.text));
  return [...parents.filter(Boolean).flatMap(inherited), ...node.members];
}

/** A custom element, by the names of its class, its tag and its events. */
function customElement(name, tagName, map) {
  const element = declared(name);
  const own = inherited(element).filter((it) => it.name && !isStatic(it) && !/EventListener$/.test(it.name.text));
  const names = [...new Set(own.map((it) => it.name.text))];
  const members = names.map((name) => {
    const nodes = own.filter((it) => it.name.text === name);
    // Of overloads, the last is ours, not every element's.
    return ts.isAccessor(nodes[0]) ? field(name, nodes) : method(name, nodes.at(-1));
  });
  const events = inherited(declared(map)).map((it) => ({
    name: it.name.text,
    type: { text: text(it.type) },
    description: described(it),
  }));
  const lang = { name: "lang", type: { text: "string" }, description: tagged(element, "attribute")[0].description };
  const attributes = members
    .filter((it) => it.attribute)
    .map((it) => ({ name: it.attribute, type: it.type, description: it.description, fieldName: it.name }));
  return {
    kind: "class",
    customElement: true,
    name,
    tagName,
    description: described(element),
    superclass: { name: "HTMLElement" },
    attributes: [...attributes, lang],
    members,
    events,
    slots: tagged(element, "slot"),
    cssParts: tagged(element, "csspart"),
    cssProperties: tagged(element, "cssproperty"),
    cssStates: tagged(element, "cssstate"),
  };
}

/** Class, tag and events of each element. */
const ELEMENTS = [
  ["MatrixThreepidsElement", "matrix-threepids", "MatrixThreepidsEventMap"],
  ["MatrixAccountPasswordElement", "matrix-account-password", "MatrixAccountPasswordEventMap"],
];

const path = "index.js";
const exported = (name) => ({ kind: "js", name, declaration: { name, module: path } });
const functions = source.statements.filter(ts.isFunctionDeclaration).map((it) => {
  const { privacy, ...made } = method(it.name.text, it);
  return { ...made, kind: "function" };
});
const manifest = {
  schemaVersion: "2.1.0",
  readme: "README.md",
  modules: [
    {
      kind: "javascript-module",
      path,
      declarations: [
        ...ELEMENTS.map((it) => customElement(...it)),
        { kind: "class", name: "ThreepidsError", description: described(declared("ThreepidsError")), superclass: { name: "Error" } },
        ...functions,
      ],
      exports: [...ELEMENTS.map(([name]) => name), "ThreepidsError", ...functions.map((it) => it.name)].map(exported),
    },
    ...["define.js", "inline.js", "cdn.js"].map((path) => ({
      kind: "javascript-module",
      path,
      exports: ELEMENTS.map(([name, tagName]) => ({
        kind: "custom-element-definition",
        name: tagName,
        declaration: { name, module: "index.js" },
      })),
    })),
  ],
};
writeFileSync(to, `${JSON.stringify(manifest, null, 2)}\n`);
