import { hydrate } from "@lit-labs/ssr-client";
import { render } from "lit";
import { account } from "./account";

const app = document.getElementById("app");
hydrate(account(), app);
render(account(), app);
