// Code to copy, for each framework. It follows the settings.
import { DEFAULTS, tagOf, textOn } from "./settings.js";

const HOMESERVER = "https://matrix.example.org";
const USER = "@alice:example.org";
const IDENTITY = "https://identity.example.org";
const END = "</script>";

/** Attributes that differ from the defaults. `true` has no value. */
function listAttributes(settings) {
  const hasPhones = settings.element === "threepids" && settings.mediums.includes("msisdn");
  const all = {
    homeserver: HOMESERVER,
    "user-id": USER,
    theme: settings.theme,
    lang: settings.lang,
    dir: settings.dir,
    density: settings.density,
    readonly: settings.readonly,
    mediums: settings.element === "threepids" ? settings.mediums : DEFAULTS.mediums,
    country: hasPhones ? settings.country : DEFAULTS.country,
  };
  return Object.entries(all).filter(([name, value]) => value !== DEFAULTS[name]);
}

const PROPERTIES = { "user-id": "userId", readonly: "readOnly" };
const propertyOf = (name) => PROPERTIES[name] ?? name;
const hasIdentity = (settings) => settings.identity && settings.element === "threepids";
const componentOf = (settings) => (settings.element === "password" ? "MatrixAccountPassword" : "MatrixThreepids");
const eventOf = (settings) => (settings.element === "password" ? "password-changed" : "threepid-added");
const toCamel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const toKebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const toPascal = (name) => toCamel(`-${name}`);

/** A tag, with one line for each attribute. */
function tag(name, attributes, end) {
  return `<${name}\n${attributes.map((line) => `  ${line}`).join("\n")}\n${end}`;
}

const quoted = ([name, value]) => (value === true ? name : `${name}="${value}"`);
const indent = (text) => text.replace(/^(?=.)/gm, "  ");

function html(settings) {
  const name = tagOf(settings);
  const identity = hasIdentity(settings) ? `\n  element.identityServer = { url: "${IDENTITY}" };` : "";
  return `<script type="module">
  import "matrix-threepids/define";
  const element = document.querySelector("${name}");${identity}
  element.accessToken = getToken;
  element.addEventListener("${eventOf(settings)}", (event) => console.log(event.detail));
${END}
${tag(name, listAttributes(settings).map(quoted), `></${name}>`)}`;
}

function react(settings) {
  const component = componentOf(settings);
  const lines = listAttributes(settings).map(([name, value]) => quoted([propertyOf(name), value]));
  if (hasIdentity(settings)) lines.push(`identityServer={IDENTITY_SERVER}`);
  lines.push("accessToken={getToken}", `on${toPascal(eventOf(settings))}={(event) => console.log(event.detail)}`);
  const constant = hasIdentity(settings) ? `const IDENTITY_SERVER = { url: "${IDENTITY}" };\n\n` : "";
  return `import { ${component} } from "matrix-threepids/react";

${constant}export function Account() {
  return (
${indent(indent(tag(component, lines, "/>")))}
  );
}`;
}

function vue(settings) {
  const component = componentOf(settings);
  const lines = listAttributes(settings).map(([name, value]) =>
    value === true ? `:${toKebab(propertyOf(name))}="true"` : quoted([name, value]),
  );
  if (hasIdentity(settings)) lines.push(`:identity-server="identityServer"`);
  lines.push(`:access-token="getToken"`, `@${eventOf(settings)}="log"`);
  const constant = hasIdentity(settings) ? `\nconst identityServer = { url: "${IDENTITY}" };` : "";
  return `<script setup>
import { ${component} } from "matrix-threepids/vue";${constant}
const log = (event) => console.log(event.detail);
${END}

<template>
${indent(tag(component, lines, "/>"))}
</template>`;
}

function svelte(settings) {
  const name = tagOf(settings);
  const lines = listAttributes(settings).map(quoted);
  lines.push(`on${eventOf(settings)}={(event) => console.log(event.detail)}`);
  const identity = hasIdentity(settings) ? ", identityServer" : "";
  lines.push(`{@attach properties({ accessToken: getToken${identity} })}`);
  const constant = hasIdentity(settings) ? `\n  const identityServer = { url: "${IDENTITY}" };` : "";
  return `<script>
  import { properties } from "matrix-threepids/svelte";${constant}
${END}

${tag(name, lines, `></${name}>`)}`;
}

function angular(settings) {
  const component = componentOf(settings);
  const name = tagOf(settings);
  const lines = listAttributes(settings).map(([attribute, value]) =>
    value === true ? `[${propertyOf(attribute)}]="true"` : quoted([propertyOf(attribute), value]),
  );
  if (hasIdentity(settings)) lines.push(`[identityServer]="identityServer"`);
  lines.push(`[accessToken]="getToken"`, `(${toCamel(eventOf(settings))})="log($event.detail)"`);
  const constant = hasIdentity(settings) ? `\n  identityServer = { url: "${IDENTITY}" };` : "";
  return `import { Component } from "@angular/core";
import { ${component} } from "matrix-threepids/angular";

@Component({
  selector: "app-account",
  imports: [${component}],
  template: \`
${indent(indent(tag(name, lines, "/>")))}
  \`,
})
export class Account {
  getToken = getToken;${constant}
  log = console.log;
}`;
}

/** Name and writer of each sample. */
export const FRAMEWORKS = {
  html: ["HTML", html],
  react: ["React", react],
  vue: ["Vue", vue],
  svelte: ["Svelte", svelte],
  angular: ["Angular", angular],
};

/** Code for a framework, and the style sheet that belongs to it, if there is one. */
export function writeCode(framework, settings) {
  const code = FRAMEWORKS[framework][1](settings);
  if (!settings.accent) return { code, css: "" };
  const css = `${tagOf(settings)} {
  --threepids-color-accent: ${settings.accent};
  --threepids-color-on-accent: ${textOn(settings.accent)};
}`;
  return { code, css };
}
