// Colors code: comments, texts, tags and keywords. Nothing but the color depends
// on it, so it may be wrong about a rare construct.
import { element } from "./dom.js";

const WORDS =
  "as|async|await|class|const|default|else|export|extends|for|from|function|if|import|in|let|new|of|return|var|while";
const TOKENS = new RegExp(
  [
    String.raw`(?<comment><!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|(?<![:"'\w])\/\/[^\n]*|(?<=^|\n)\s*#[^\n{]*(?=\n|$))`,
    String.raw`(?<text>"[^"\n]*"|'[^'\n]*'|\x60[^\x60]*\x60)`,
    String.raw`(?<tag><\/?[A-Za-z][\w-]*|(?<!=)\/?>)`,
    String.raw`(?<name>--[\w-]+(?=:)|@[\w-]+)`,
    String.raw`(?<word>\b(?:${WORDS})\b)`,
  ].join("|"),
  "g",
);

/** Replaces the content of an element by this code, in colors. */
export function highlight(target, code) {
  const parts = [];
  let end = 0;
  for (const match of code.matchAll(TOKENS)) {
    const [kind, text] = Object.entries(match.groups).find(([, text]) => text !== undefined);
    parts.push(code.slice(end, match.index), element("span", { className: `code-${kind}`, textContent: text }));
    end = match.index + match[0].length;
  }
  target.replaceChildren(...parts, code.slice(end));
}
