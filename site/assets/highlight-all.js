// Colors all code blocks of a page.
import { highlight } from "./highlight.js";

for (const code of document.querySelectorAll("pre > code")) highlight(code, code.textContent);
