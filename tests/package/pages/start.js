// Signs the page's element in with the session that the test left.
export function start() {
  Object.assign(document.querySelector("matrix-threepids"), JSON.parse(sessionStorage.getItem("session") ?? "{}"));
}
