// Everything except the list, like `threepids-actions.wasm`: the functions that only
// its Rust code calls, and those that only the classes need for it.

export { showDialog } from "./dialog.js";
export { authenticate, challenge, openFallbackPage } from "./host-bridge.js";
export { lateImports } from "./late-imports.js";
export { clearPasswordForm, setUpPasswordForm } from "./password-form.js";
export { lock, removeOldRecords, TabStorage } from "./tab-storage.js";
export { areTermsAccepted, pickTranslation, renderTerms } from "./terms.js";
export { removeSidFromUrl } from "./url.js";
