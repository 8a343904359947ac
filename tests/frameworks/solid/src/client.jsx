import { hydrate } from "solid-js/web";
import { Account } from "./account";

hydrate(() => <Account />, document.getElementById("app"));
