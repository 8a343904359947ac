import { generateHydrationScript, renderToString } from "solid-js/web";
import { Account } from "./account";

export const render = () => ({ head: generateHydrationScript(), body: renderToString(() => <Account />) });
