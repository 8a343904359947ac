import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // The development server would move index.js away from its WebAssembly.
  optimizeDeps: { exclude: ["matrix-threepids"] },
});
