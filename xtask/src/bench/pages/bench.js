// Actions of the bench in a page with the elements. Set before the elements are
// loaded, to see the memory of the WebAssembly.
window.bench = (() => {
  let memory;
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = async (...all) => {
      const made = await instantiate.apply(WebAssembly, all);
      const { exports } = made.instance ?? made;
      memory ??= Object.values(exports).find((it) => it instanceof WebAssembly.Memory);
      return made;
    };
  }
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask" });

  let answer;
  let answeredAt;
  const challenge = { session: "s", flows: [{ stages: ["m.login.password"] }], params: {} };
  const fetchOf = async ({ url }) => {
    if (url.endsWith("/account/3pid")) {
      const body = new Response(answer, { headers: { "Content-Type": "application/json" } });
      answeredAt = performance.now();
      return body;
    }
    if (url.endsWith("/requestToken")) return Response.json({ sid: "1" });
    if (url.endsWith("/add") || url.endsWith("/delete")) return Response.json(challenge, { status: 401 });
    return Response.json({ versions: ["v1.11"], capabilities: {} });
  };

  const entry = (at) => ({
    medium: "email",
    address: `user${at}@example.org`,
    added_at: 1.6e12 + at * 1e7,
    validated_at: 1.6e12 + at * 1e7,
  });
  const entries = (count) => Array.from({ length: count }, (_, at) => entry(at));
  const set = (list) => {
    answer = JSON.stringify({ threepids: list });
  };

  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const create = () => {
    const element = document.createElement("matrix-threepids");
    Object.assign(element, { homeserver: "https://matrix.example.org", fetch: fetchOf, accessToken: "token" });
    return element;
  };
  const mount = (element) => {
    const ready = new Promise((done) => element.addEventListener("threepids-ready", done, { once: true }));
    document.querySelector("main").append(element);
    return ready;
  };
  const list = (element) => element.shadowRoot.querySelector("[role=list]");
  const rows = (element) => list(element)?.querySelectorAll("[role=listitem]") ?? [];

  /**
   * Waits for the frame in which the list is complete, with these first and last. Looks
   * at two rows only: to count all in each frame takes as long as to draw them.
   */
  async function drawn(element, count, [first, last]) {
    const has = (row, address) => row?.textContent.includes(address);
    for (;;) {
      const all = list(element);
      let end = all?.lastElementChild;
      if (end?.getAttribute("role") === "none") end = end.lastElementChild;
      const isComplete = all && !all.hasAttribute("aria-busy");
      if (isComplete && has(all.querySelector("[role=listitem]"), first) && has(end, last)) break;
      await new Promise(requestAnimationFrame);
    }
    await new Promise((done) => setTimeout(done));
    const ms = performance.now() - answeredAt;
    const { length } = rows(element);
    if (length !== count) throw new Error(`${length} rows of ${count}`);
    return ms;
  }

  return {
    memory: () => memory?.buffer.byteLength ?? 0,

    async load() {
      await import("./define.js");
      set(entries(1));
      // With the first element, the WebAssembly is loaded.
      await this.comeAndGo(1);
    },

    /** Draws a list, and changes it. */
    async list(count) {
      await this.load();
      await frame();
      tasks.length = 0;
      const all = entries(count);
      const ends = (list) => [list[0], list.at(-1)].map(({ address }) => address);
      const element = create();
      set(all);
      const ready = mount(element);
      const first = drawn(element, count, ends(all));
      await ready;
      const parse = performance.now() - answeredAt;
      const result = { parse, first: await first };
      for (const [name, changed] of [
        ["reversed", all.toReversed()],
        ["more", [entry(count), ...all.toReversed()]],
        ["less", all.toReversed()],
      ]) {
        await frame();
        set(changed);
        element.refresh();
        result[name] = await drawn(element, changed.length, ends(changed));
      }
      await frame();
      await frame();
      result.longest = Math.max(0, ...tasks.map(({ duration }) => duration));
      element.remove();
      return result;
    },

    /** Types, adds an address, and opens a dialog. */
    async interact(count) {
      await this.load();
      const element = create();
      set(entries(count));
      await mount(element);
      const all = entries(count).map(({ address }) => address);
      await drawn(element, count, [all[0], all.at(-1)]);
      await frame();
      tasks.length = 0;
      const timed = async (run) => {
        await frame();
        const began = performance.now();
        run();
        await frame();
        return performance.now() - began;
      };
      const find = (selector) => element.shadowRoot.querySelector(selector);
      find("form input").focus();
      const type = (text) => timed(() => document.execCommand("insertText", false, text));
      // The first key is not typical: the field is empty before.
      await type("n");
      const keystroke = await type("e");
      await type("w@example.org");
      const add = await timed(() => find("form [type=submit]").click());
      while (!find("[role=group]")) await frame();
      const dialog = await timed(() => rows(element)[1].querySelector("button").click());
      while (!find("dialog[open]")) await frame();
      await frame();
      const longTasks = tasks.length;
      element.remove();
      return { keystroke, add, dialog, longTasks };
    },

    /** So many elements at once. */
    async crowd(count) {
      await Promise.all(Array.from({ length: count }, create).map(mount));
      await frame();
    },

    /** All elements leave. */
    async leave() {
      document.querySelector("main").replaceChildren();
      await frame();
    },

    /** So many elements, one after the other. */
    async comeAndGo(count) {
      for (let at = 0; at < count; at++) {
        const element = create();
        await mount(element);
        element.remove();
      }
      await frame();
    },
  };
})();
