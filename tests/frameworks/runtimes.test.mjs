// Runtimes that are no browser: every entry can be imported, and a DOM that is
// simulated says why the elements are not defined. Test runners have stand-ins.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { environment, install, run } from "./support.mjs";

let app;
before(async () => {
  app = await install("runtimes");
});

const TOO_OLD = /<matrix-threepids> needs a newer browser; unit tests need matrix-threepids\/testing/;

for (const [kind, isTold] of [
  ["none", false],
  ["lit", false],
  ["lit-ssr", false],
  ["happy-dom", true],
  ["jsdom", true],
  ["linkedom", true],
]) {
  test(`imports in Node.js with the globals of ${kind}`, async () => {
    const output = await run(app, "node", "import.mjs", kind);
    assert.match(output, /imported/);
    assert.equal(TOO_OLD.test(output), isTold, output);
  });
}

test("imports in a worker", async () => assert.match(await run(app, "node", "in-worker.mjs"), /imported/));

for (const [name, ...command] of [
  ["Deno", "deno", "run", "--allow-all"],
  ["Bun", "bun"],
]) {
  test(`imports in ${name}`, async () => {
    const [program, ...rest] = command;
    const bin = `../../../node/node_modules/.bin/${program}`;
    assert.match(await run(app, bin, ...rest, "import.mjs", "none"), /imported/);
  });
}

test("Jest with jsdom tests a host application", async () => {
  const output = await run(app, "jest", "--config", "jest.config.cjs", "--no-cache");
  assert.match(output, /3 passed/);
  assert.match(output, /stand-ins are defined in place of the elements/);
});

for (const react of ["18.3.1", "19.3.1"]) {
  test(`Jest and Testing Library test a host application with React ${react}`, async () => {
    const app = await install("jest-react", [], { react, "react-dom": react });
    const output = await run(app, "jest", "--no-cache");
    assert.match(output, /4 passed/);
    assert.doesNotMatch(output, /not wrapped in act/);
  });
}

for (const dom of ["jsdom", "happy-dom"]) {
  test(`Vitest with ${dom} tests a host application`, async () => {
    environment.DOM = dom;
    const output = await run(app, "vitest", "run");
    assert.match(output, /3 passed/);
  });
}
