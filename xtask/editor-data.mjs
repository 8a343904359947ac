// Derives from the manifest and package.json of a package what editors and
// language models read:
//   node editor-data.mjs <package>
import { readFileSync, writeFileSync } from "node:fs";

const [folder] = process.argv.slice(2);
const json = (file) => JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
const write = (file, text) => writeFileSync(`${folder}/${file}`, text);
const { name, version, description, exports } = json("package.json");
const elements = json("custom-elements.json").modules[0].declarations.filter((it) => it.customElement);

/** Values that a type lists; none for `string` and `boolean`. */
const values = ({ text }) => [...text.matchAll(/"([^"]*)"/g)].map(([, value]) => value);
const plain = (text) => text?.replaceAll('"', "");

// https://github.com/JetBrains/web-types
const pick = ({ name, description }) => ({ name, description });
const webTypes = {
  $schema: "https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json",
  name,
  version,
  "description-markup": "markdown",
  contributions: {
    html: {
      elements: elements.map((element) => ({
        name: element.tagName,
        description: element.description,
        attributes: element.attributes.map(({ name, description, type, default: standard }) => ({
          name,
          description,
          value: {
            type: values(type).length ? values(type).map((value) => JSON.stringify(value)) : type.text,
            required: type.text !== "boolean",
          },
          ...(standard && { default: plain(standard) }),
        })),
        slots: element.slots.map(pick),
        js: {
          properties: element.members
            .filter(({ kind }) => kind === "field")
            .map(({ name, description, type }) => ({ name, description, type: type.text })),
          events: element.events.map(({ name, description, type }) => ({ name, description, type: type.text })),
        },
        css: {
          properties: element.cssProperties.map(pick),
          parts: element.cssParts.map(pick),
        },
      })),
    },
  },
};
write("web-types.json", `${JSON.stringify(webTypes, null, 2)}\n`);

// https://github.com/microsoft/vscode-custom-data
const codeData = {
  version: 1.1,
  tags: elements.map((element) => ({
    name: element.tagName,
    description: element.description,
    attributes: element.attributes.map(({ name, description, type }) => ({
      name,
      description,
      ...(type.text === "boolean" && { valueSet: "v" }),
      ...(values(type).length && { values: values(type).map((value) => ({ name: value })) }),
    })),
  })),
};
write("vscode.html-custom-data.json", `${JSON.stringify(codeData, null, 2)}\n`);

// https://llmstxt.org
const list = (all, line) => all.map(line).join("\n");
const section = (element) => `## <${element.tagName}>

${element.description}

Attributes:

${list(element.attributes, ({ name, type, description, default: standard }) => `- \`${name}\` (${type.text}${standard ? `, default ${standard}` : ""}): ${description}`)}

Properties that are no attributes. They are set in JavaScript; a token never is in HTML:

${list(
  element.members.filter(({ kind, attribute }) => kind === "field" && !attribute),
  ({ name, type, description }) => `- \`${name}\` (${type.text}): ${description}`,
)}

Methods:

${list(
  element.members.filter(({ kind }) => kind === "method"),
  ({ name, parameters, description }) => `- \`${name}(${parameters.map((it) => it.name).join(", ")})\`: ${description}`,
)}

Events:

${list(element.events, ({ name, type, description }) => `- \`${name}\` (${type.text}): ${description}`)}
`;
const entries = Object.keys(exports)
  .filter((entry) => !/[*]|\.js(on)?$|\.txt$/.test(entry))
  .map((entry) => `- \`${name}${entry.slice(1)}\``);
write(
  "llms.txt",
  `# ${name}

> ${description}

The README.md of this package says how to use it. index.d.ts has the types, custom-elements.json the same as this file for tools.

Entries:

${entries.join("\n")}

${elements.map(section).join("\n")}`,
);
