// Responses as a Synapse sends them: status, content type and members.

/** A response with this body. */
export const json = (status, body) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/** A Matrix error. */
export const error = (status, errcode, message, more = {}) => json(status, { errcode, error: message, ...more });

export const unrecognized = () => error(404, "M_UNRECOGNIZED", "Unrecognized request");

/** A rate limit that ends after this time. */
export const limited = (ms) =>
  error(429, "M_LIMIT_EXCEEDED", "Too Many Requests", { retry_after_ms: Math.max(1, Math.round(ms)) });

/** Page of a reverse proxy that does not reach its homeserver. */
export const badGateway = () =>
  new Response(
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n" +
      "<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
    { status: 502, headers: { "content-type": "text/html" } },
  );

/** Text of random letters and digits. */
export function makeId(length = 16) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
}

/** Code of a text message. */
export function makeCode() {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte % 10).join("");
}
