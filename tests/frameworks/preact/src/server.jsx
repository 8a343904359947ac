import { renderToString } from "preact-render-to-string";
import { Account } from "./account";

export const render = () => ({ body: renderToString(<Account />) });
