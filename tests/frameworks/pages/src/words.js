// A module of which nothing is imported: only what it does counts.
import { registerLocale } from "matrix-threepids";

registerLocale("nl", { add: "Toevoegen" });
