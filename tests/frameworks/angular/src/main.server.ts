import { provideZonelessChangeDetection } from "@angular/core";
import { type BootstrapContext, bootstrapApplication, provideClientHydration } from "@angular/platform-browser";
import { provideServerRendering, RenderMode, withRoutes } from "@angular/ssr";
import { Account } from "./account";

const render = withRoutes([{ path: "**", renderMode: RenderMode.Prerender }]);
const providers = [provideZonelessChangeDetection(), provideClientHydration(), provideServerRendering(render)];

export default (context: BootstrapContext) => bootstrapApplication(Account, { providers }, context);
