import { createApp } from "vue";
import "matrix-threepids/define";
import Account from "./Account.vue";

createApp(Account).mount("#app");
