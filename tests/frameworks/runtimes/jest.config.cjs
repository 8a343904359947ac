module.exports = {
  testEnvironment: "jsdom",
  testMatch: ["<rootDir>/account.test.js"],
  transform: { "\\.js$": ["babel-jest", { plugins: ["@babel/plugin-transform-modules-commonjs"] }] },
  moduleNameMapper: { "^matrix-threepids(/define)?$": "matrix-threepids/testing" },
};
