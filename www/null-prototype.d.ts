// Option bags without a prototype. A page may have put members on
// `Object.prototype`, and browsers read those of a bag like its own. So each
// bag is a literal with `__proto__: null`, which TypeScript takes for a member.
// It must not become part of the published types: no module imports this file.

interface NullPrototype {
  __proto__?: null;
}

interface AddEventListenerOptions extends NullPrototype {}
interface CheckVisibilityOptions extends NullPrototype {}
interface ErrorOptions extends NullPrototype {}
interface EventInit extends NullPrototype {}
interface LockOptions extends NullPrototype {}
interface MutationObserverInit extends NullPrototype {}
interface PropertyDescriptor extends NullPrototype {}
interface RequestInit extends NullPrototype {}
interface ResponseInit extends NullPrototype {}
interface ScrollIntoViewOptions extends NullPrototype {}
interface ShadowRootInit extends NullPrototype {}

declare namespace Intl {
  interface DateTimeFormatOptions extends NullPrototype {}
  interface DisplayNamesOptions extends NullPrototype {}
  interface ListFormatOptions extends NullPrototype {}
  interface NumberFormatOptions extends NullPrototype {}
}
