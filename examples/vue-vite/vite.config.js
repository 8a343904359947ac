import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "matrix-threepids" } } })],
  // The development server would move index.js away from its WebAssembly.
  optimizeDeps: { exclude: ["matrix-threepids"] },
});
