module.exports = {
  testEnvironment: "jsdom",
  transformIgnorePatterns: ["/node_modules/(?!matrix-threepids/)"],
  moduleNameMapper: {
    "^matrix-threepids(/define|/inline)?$": "matrix-threepids/testing",
    "^matrix-threepids/react$": "matrix-threepids/testing/react",
  },
};
