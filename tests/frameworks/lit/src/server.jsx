import { render as renderTemplate } from "@lit-labs/ssr";
import { collectResult } from "@lit-labs/ssr/lib/render-result.js";
import { account } from "./account";

export const render = async () => ({ body: await collectResult(renderTemplate(account())) });
