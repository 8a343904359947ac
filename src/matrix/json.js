// Hands JSON values to Rust in one text. To ask for each member of each entry of
// a long list takes ten times as long.

/** Deepest nesting that is accepted; the same as in `json.rs`. */
const MAX_DEPTH = 64;

/**
 * Writes a value as a text: a character for the type of each value, with the
 * length of strings, arrays and objects. Undefined if the value is nested too
 * deeply, or can't be read.
 * @param {unknown} root
 */
export function flatten(root) {
  let text = "";
  /**
   * @param {unknown} value
   * @param {number} depth
   */
  const write = (value, depth) => {
    if (depth > MAX_DEPTH) throw undefined;
    if (typeof value === "string") text += `"${value.length} ${value}`;
    else if (typeof value === "number") text += `#${value} `;
    else if (typeof value === "boolean") text += value ? "t" : "f";
    else if (Array.isArray(value)) {
      text += `[${value.length} `;
      for (const item of value) write(item, depth + 1);
    } else if (value && typeof value === "object") {
      const members = Object.entries(value);
      text += `{${members.length} `;
      for (const [name, member] of members) {
        write(name, 0);
        write(member, depth + 1);
      }
    } else text += "n";
  };
  try {
    write(root, 0);
    return text;
  } catch {
    return undefined;
  }
}
