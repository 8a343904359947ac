// What only those load who set an identity server.

const encoder = new TextEncoder();

/**
 * Each text hashed with the pepper after it, as `/lookup` of the identity
 * service wants it: SHA-256, in base64 for URLs without padding.
 *
 * Spec: https://spec.matrix.org/latest/identity-service-api/#sha256
 */
export function hash(texts, pepper) {
  return Promise.all(texts.map(async (text) => {
    const bytes = await crypto.subtle.digest("SHA-256", encoder.encode(`${text} ${pepper}`));
    const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
    return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }));
}
