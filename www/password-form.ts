// What is typed into the form for a new password, and how it is seen.

const field = (form: HTMLFormElement, id: string) => form.querySelector(`#${id}`) as HTMLInputElement;

/**
 * Sets up the form: a password that is shown need not be typed twice.
 * @param onShow called when the password is shown
 */
export function setUpPasswordForm(
  form: HTMLFormElement,
  submit: (password: string, repeated: string | undefined, logoutDevices: boolean) => void,
  onShow: () => void,
): void {
  form.addEventListener("change", () => {
    const shown = field(form, "show-password").checked;
    const repeated = field(form, "repeated-password");
    field(form, "new-password").type = shown ? "text" : "password";
    const label = repeated.parentElement as HTMLElement;
    if (label.hidden === shown) return;
    label.hidden = shown;
    repeated.value = "";
    if (shown) onShow();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const repeated = field(form, "show-password").checked ? undefined : field(form, "repeated-password").value;
    submit(field(form, "new-password").value, repeated, field(form, "logout-devices").checked);
  });
  form.addEventListener("click", (event) => {
    const target = event.target as HTMLInputElement;
    // While the request is under way, what was chosen stays, as the fields do.
    if (target.type === "checkbox" && field(form, "new-password").readOnly) event.preventDefault();
  });
}

/** Removes what was typed, after the password was changed. */
export function clearPasswordForm(form: HTMLFormElement): void {
  form.reset();
  form.dispatchEvent(new Event("change"));
}
