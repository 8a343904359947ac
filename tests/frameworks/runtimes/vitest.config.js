export default {
  test: {
    environment: process.env.DOM,
    globals: true,
    include: ["account.test.js"],
    setupFiles: ["matrix-threepids/testing"],
  },
};
