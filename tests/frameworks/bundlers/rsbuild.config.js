export default {
  // Parcel reads the script from the page.
  html: { template: "./rsbuild.html" },
};
