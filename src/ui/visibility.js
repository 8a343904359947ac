// Whether an element can be seen.

/** @type {CheckVisibilityOptions} */
const ALSO = { __proto__: null, visibilityProperty: true, checkVisibilityCSS: true };

/**
 * True if an element is rendered, and each frame around it that we may see.
 * @param {Element | null} element
 */
export function isShown(element) {
  for (let at = element; at; ) {
    const view = at.isConnected && at.ownerDocument.defaultView;
    const seen = at.checkVisibility?.(ALSO) ?? true;
    if (!view || !seen) return false;
    at = view.frameElement;
    if (at && !hasSize(at)) return false;
  }
  return true;
}

/**
 * True if an element takes up space.
 * @param {Element} element
 */
export const hasSize = ({ clientWidth, clientHeight }) => clientWidth > 0 && clientHeight > 0;
