// Keeps what a page says on its console, and what goes wrong in it.
window.said = [];
for (const level of ["debug", "info", "log", "warn", "error"]) {
  const before = console[level];
  console[level] = (...all) => {
    window.said.push(`console.${level}: ${all.join(" ")}`);
    before.apply(console, all);
  };
}
addEventListener("error", (event) => window.said.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => window.said.push(`unhandled rejection: ${event.reason}`));
addEventListener("securitypolicyviolation", (event) =>
  window.said.push(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
);
