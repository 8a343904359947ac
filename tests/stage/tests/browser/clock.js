// The page's time, in the hands of the test. Real time flows until the test
// stops it, and the test can let more of it pass: `Date.now()` jumps, and what
// `setTimeout` has due until then happens, in order, once each. Intervals are
// left alone. What goes by `performance.now()` is not changed when the clock is
// set, nor are the timers.
window.clock = (() => {
  const real = {
    now: Date.now.bind(Date),
    setTimeout: window.setTimeout.bind(window),
    clearTimeout: window.clearTimeout.bind(window),
  };
  // Drivers count how long a script may take with the page's own `setTimeout`;
  // they are known by this number of ms (`SCRIPT_LIMIT` in page.rs).
  const DRIVERS_LIMIT = 40_007;
  /** What is still to happen: by id, `{ due, order, run, handle }`. */
  const timers = new Map();
  let order = 0;
  // In the window's name it outlives a reload and is nowhere in the storage.
  const [, passed = 0, turned = 0] = /^clock ([\d.]+) (-?[\d.]+)$/.exec(window.name) ?? [];
  /** How much time the test has let pass. */
  let ahead = Number(passed);
  /** How far the clock was turned. */
  let apart = Number(turned);

  /** The real time at which the page's stands still. */
  let stopped;

  const now = () => (stopped ?? real.now()) + ahead;

  const fire = (id) => {
    const timer = timers.get(id);
    timers.delete(id);
    real.clearTimeout(timer.handle);
    timer.run();
  };

  const wait = (id, timer) => {
    real.clearTimeout(timer.handle);
    const left = Math.max(0, timer.due - now());
    if (left === 0 || stopped === undefined) timer.handle = real.setTimeout(() => fire(id), left);
  };

  const jump = (ms) => {
    if (ms <= 0) return;
    ahead += ms;
    window.name = `clock ${ahead} ${apart}`;
    timers.forEach((timer, id) => wait(id, timer));
  };

  const stop = () => {
    stopped = real.now();
    timers.forEach((timer, id) => wait(id, timer));
  };

  const began = now() - performance.now();
  Date.now = () => now() + apart;
  performance.now = () => now() - began;

  /** Somebody sets the clock ahead (or back) by so much; or the machine has slept. */
  const set = (ms) => {
    apart += ms;
    window.name = `clock ${ahead} ${apart}`;
  };

  window.setTimeout = (run, ms = 0, ...rest) => {
    if (ms === DRIVERS_LIMIT) return real.setTimeout(run, ms, ...rest);
    // An id that nothing else has, intervals neither.
    const id = real.setTimeout(() => {}, 0);
    const timer = { due: now() + Math.max(0, Number(ms) || 0), order: order++, run: () => run(...rest) };
    timers.set(id, timer);
    wait(id, timer);
    return id;
  };

  window.clearTimeout = (id) => {
    real.clearTimeout(timers.get(id)?.handle ?? id);
    timers.delete(id);
  };

  /** What a timer has set off, promises and all, as far as it needs no answer from elsewhere. */
  const settled = () =>
    new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        done();
      };
      port2.postMessage(null);
    });

  const next = (until) =>
    [...timers]
      .filter(([, timer]) => timer.due <= until)
      .sort(([, one], [, other]) => one.due - other.due || one.order - other.order)[0];

  const pass = async (ms) => {
    const until = now() + ms;
    await settled();
    for (let due = next(until); due; due = next(until)) {
      const [id, timer] = due;
      jump(timer.due - now());
      fire(id);
      await settled();
    }
    jump(until - now());
  };

  return { pass, set, stop, real };
})();
