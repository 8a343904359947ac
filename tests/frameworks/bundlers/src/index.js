import "matrix-threepids/define";
import { answer, onReady, TOKEN } from "../session.js";

const element = document.querySelector("matrix-threepids");
element.addEventListener("threepids-ready", onReady);
Object.assign(element, { accessToken: TOKEN, fetch: answer });
