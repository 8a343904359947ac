// The property `threepids` before the actions are loaded.

/**
 * Adds an entry to the list. Numbers that are undefined are left out.
 * @param {object[]} list
 * @param {string} medium
 * @param {string} address
 * @param {number | undefined} addedAt
 * @param {number | undefined} validatedAt
 */
export function addEntry(list, medium, address, addedAt, validatedAt) {
  /** @type {Record<string, unknown>} */
  const entry = { medium, address };
  if (addedAt !== undefined) entry.addedAt = addedAt;
  if (validatedAt !== undefined) entry.validatedAt = validatedAt;
  list.push(entry);
}
