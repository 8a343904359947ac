import { setCustomElementsManifest } from "@storybook/web-components-vite";
import manifest from "matrix-threepids/custom-elements.json";

setCustomElementsManifest(manifest);

// Storybook sets properties: each attribute gets a control with the name of its property.
function addControls({ component, argTypes }) {
  const element = manifest.modules[0].declarations.find(({ tagName }) => tagName === component);
  if (!element) return argTypes;
  const all = {};
  for (const name in argTypes) all[name] = { ...argTypes[name], control: { disable: true } };
  for (const { name, fieldName = name, type } of element.attributes) {
    const options = [...type.text.matchAll(/"([^"]+)"/g)].map(([, option]) => option);
    delete all[name];
    const control = options.length ? "select" : type.text === "boolean" ? "boolean" : "text";
    all[fieldName] = { ...argTypes[fieldName], options, control: { type: control } };
  }
  return all;
}

export default { argTypesEnhancers: [addControls] };
