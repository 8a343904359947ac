// What is typed into the form for a new password, and how it is seen.

/**
 * @param {HTMLFormElement} form
 * @param {string} id
 */
const field = (form, id) => /** @type {HTMLInputElement} */ (form.querySelector(`#${id}`));

/**
 * Sets up the form: a password that is shown need not be typed twice.
 * @param {HTMLFormElement} form
 * @param {(password: string, repeated: string | undefined, logoutDevices: boolean) => void} submit
 * @param {() => void} seen called when the password is shown
 */
export function dress(form, submit, seen) {
  form.addEventListener("change", () => {
    const shown = field(form, "show-password").checked;
    const repeated = field(form, "repeated-password");
    field(form, "new-password").type = shown ? "text" : "password";
    const label = /** @type {HTMLElement} */ (repeated.parentElement);
    if (label.hidden === shown) return;
    label.hidden = shown;
    repeated.value = "";
    if (shown) seen();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const repeated = field(form, "show-password").checked ? undefined : field(form, "repeated-password").value;
    submit(field(form, "new-password").value, repeated, field(form, "logout-devices").checked);
  });
  form.addEventListener("click", (event) => {
    const target = /** @type {HTMLInputElement} */ (event.target);
    // While the request is under way, what was chosen stays, as the fields do.
    if (target.type === "checkbox" && field(form, "new-password").readOnly) event.preventDefault();
  });
}

/**
 * Removes what was typed, after the password was changed.
 * @param {HTMLFormElement} form
 */
export function empty(form) {
  form.reset();
  form.dispatchEvent(new Event("change"));
}
