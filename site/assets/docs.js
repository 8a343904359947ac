// The list of all pages is open where it has a column of its own.
const nav = document.querySelector(".doc-nav");
const list = nav.querySelector("details");
const isWide = matchMedia("(min-width: 60rem)");

const fit = () => {
  list.open = isWide.matches;
};
fit();
isWide.addEventListener("change", fit);
const current = nav.querySelector("[aria-current]");
if (isWide.matches && current) nav.scrollTop = current.offsetTop - nav.clientHeight / 2;
