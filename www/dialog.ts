// Shows a modal dialog where it can be seen, and nowhere else: open in a hidden
// place, it makes the page inert with nothing to see.

import { hasSize, isShown } from "../src/ui/visibility.js";

/** Styles tell no one that they have changed: how often to look (ms). */
const LOOK_MS = 250;

const looks = new WeakMap<HTMLDialogElement, ReturnType<typeof setInterval>>();

/** Opens or closes a dialog, from now on as its place is shown or hidden. */
export function showDialog(dialog: HTMLDialogElement, isWanted: boolean): void {
  clearInterval(looks.get(dialog));
  const look = () => {
    // Taken out, it is rendered again should it come back.
    if (!dialog.isConnected) return clearInterval(looks.get(dialog));
    // Elements in between have no box.
    const place = dialog.closest(".base") as Element;
    const may = isWanted && isShown(place) && hasSize(place);
    if (may === dialog.open && may === dialog.matches(":modal")) return;
    // One that was moved is open, but modal no more.
    dialog.close();
    if (may) open(dialog);
  };
  if (isWanted) looks.set(dialog, setInterval(look, LOOK_MS));
  look();
}

/**
 * Puts the focus into the field, once that is shown as well; without one, on
 * the title: an Enter that is still held down presses nothing.
 */
async function open(dialog: HTMLDialogElement): Promise<void> {
  dialog.showModal();
  await null;
  await null;
  for (const wanted of ["h2", "input:not([tabindex])"]) dialog.querySelector<HTMLElement>(wanted)?.focus();
}
