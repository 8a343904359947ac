export default { ssr: { external: ["matrix-threepids"] } };
