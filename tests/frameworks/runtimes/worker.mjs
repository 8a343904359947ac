// A worker has no document.
await import("matrix-threepids/define");
await import("matrix-threepids/inline");
console.log("imported");
