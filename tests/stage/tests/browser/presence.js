// Whether somebody looks at the page, in the hands of the test: what a driver
// does with its windows is another matter in each browser.
window.presence = (() => {
  let here = true;
  Object.defineProperty(document, "visibilityState", { get: () => (here ? "visible" : "hidden") });
  document.hasFocus = () => here;
  // What the driver's windows do by themselves, at whatever moment, is no
  // person's coming or going.
  const pass = (event) => {
    const isOfThePage = event.target === window || event.target === document;
    if (event.isTrusted && isOfThePage) event.stopImmediatePropagation();
  };
  for (const type of ["focus", "blur", "visibilitychange"]) addEventListener(type, pass, true);
  const fire = (target, type) => target.dispatchEvent(new Event(type, { bubbles: true }));
  return {
    /** The person goes to another tab, or to their mail. */
    leave() {
      here = false;
      fire(window, "blur");
      fire(document, "visibilitychange");
    },
    comeBack() {
      here = true;
      fire(document, "visibilitychange");
      fire(window, "focus");
    },
  };
})();
