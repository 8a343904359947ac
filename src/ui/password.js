// What is typed into the form for a new password, and how it is seen.

const field = (form, id) => form.querySelector(`#${id}`);

/** Sets up the form: what can be seen need not be typed twice. */
export function dress(form, submit, seen) {
  form.addEventListener("change", () => {
    const shown = field(form, "show-password").checked;
    const repeated = field(form, "repeated-password");
    field(form, "new-password").type = shown ? "text" : "password";
    if (repeated.parentElement.hidden === shown) return;
    repeated.parentElement.hidden = shown;
    repeated.value = "";
    if (shown) seen();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const repeated = field(form, "show-password").checked ? undefined : field(form, "repeated-password").value;
    submit(field(form, "new-password").value, repeated, field(form, "logout-devices").checked);
  });
  form.addEventListener("click", (event) => {
    // "Try again" means what is typed by now.
    if (event.target.closest(".alert button")) form.querySelector("[type=submit]").click();
    // While the request is under way, what was chosen stays, as the fields do.
    if (event.target.type === "checkbox" && field(form, "new-password").readOnly) event.preventDefault();
  });
}

/** It is changed: nothing of it stays on the screen. */
export function empty(form) {
  form.reset();
  form.dispatchEvent(new Event("change"));
}
