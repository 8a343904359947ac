import "./matrix-threepids/define.js";
import { session } from "./session.js";

const element = document.querySelector("matrix-threepids");
Object.assign(element, session);
element.addEventListener("threepid-added", ({ detail }) => {
  document.querySelector("#news").textContent = `Your account has ${detail.address} now.`;
});
