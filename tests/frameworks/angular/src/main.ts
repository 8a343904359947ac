import { provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication, provideClientHydration } from "@angular/platform-browser";
import { init } from "matrix-threepids";
import { Account } from "./account";

// `assets` in angular.json copies the file.
init(new URL("threepids.wasm", document.baseURI)).catch(() => {}); // the element says so itself
bootstrapApplication(Account, { providers: [provideZonelessChangeDetection(), provideClientHydration()] });
