import { hydrate } from "preact";
import { Account } from "./account";

hydrate(<Account />, document.getElementById("app"));
