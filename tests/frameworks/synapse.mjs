// A real Synapse on loopback, whose tokens live for seconds.
import { execFile, spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { findPort, folder, until } from "./support.mjs";

const { SYNAPSE_PYTHON: python } = process.env;
const PUT = `import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=20) as database:
    database.execute('INSERT INTO user_threepids (user_id, medium, address, validated_at, added_at)'
                     ' VALUES (?, ?, ?, 1.6e12, 1.6e12)', sys.argv[2:])`;

export async function startSynapse() {
  const home = `${folder}/synapse`;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  const port = await findPort();
  const plenty = { per_second: 1000, burst_count: 1000 };
  const settings = {
    server_name: "localhost",
    public_baseurl: `http://127.0.0.1:${port}/`,
    pid_file: `${home}/homeserver.pid`,
    listeners: [{ type: "http", port, bind_addresses: ["127.0.0.1"], resources: [{ names: ["client"] }] }],
    database: { name: "sqlite3", args: { database: `${home}/homeserver.db` } },
    media_store_path: `${home}/media`,
    report_stats: false,
    trusted_key_servers: [],
    suppress_key_server_warning: true,
    enable_registration: true,
    enable_registration_without_verification: true,
    signing_key: `ed25519 loopback ${"A".repeat(43)}`,
    macaroon_secret_key: "macaroon",
    form_secret: "form",
    bcrypt_rounds: 4,
    rc_login: { address: plenty, account: plenty, failed_attempts: plenty },
    rc_registration: plenty,
    refreshable_access_token_lifetime: "4s",
  };
  // JSON is YAML.
  await writeFile(`${home}/homeserver.yaml`, JSON.stringify(settings));
  const server = spawn(python, ["-m", "synapse.app.homeserver", "--config-path", `${home}/homeserver.yaml`], {
    cwd: home,
    stdio: "ignore",
    detached: true,
  });
  const url = `http://127.0.0.1:${port}`;
  const versions = () =>
    fetch(`${url}/_matrix/client/versions`).then(
      (response) => response.ok,
      () => false,
    );
  const post = async (path, body, token) => {
    const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
    const response = await fetch(`${url}/_matrix/client/v3/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return response.json();
  };
  await until("Synapse answers", versions);
  return {
    url,
    post,
    /** A new user with an address; signed in with a token that can be renewed. */
    async signIn(name) {
      const { user_id } = await post("register", {
        username: name,
        password: "secret",
        auth: { type: "m.login.dummy" },
      });
      await promisify(execFile)(python, ["-c", PUT, `${home}/homeserver.db`, user_id, "email", `${name}@example.org`]);
      const identifier = { type: "m.id.user", user: name };
      const login = { type: "m.login.password", identifier, password: "secret", refresh_token: true };
      return { homeserver: url, ...(await post("login", login)) };
    },
    /** True while the server accepts a token. */
    accepts: (token) =>
      fetch(`${url}/_matrix/client/v3/account/whoami`, { headers: { Authorization: `Bearer ${token}` } }).then(
        (it) => it.ok,
      ),
    stop: () => process.kill(-server.pid, "SIGKILL"),
  };
}
