// Builds the phone's app; the service worker is written last, with the list of all that must be there offline.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;

const offline = {
  name: "offline",
  generateBundle(options, bundle) {
    const files = Object.keys(bundle).filter((name) => !name.startsWith("reader"));
    const parts = files.map((name) => bundle[name].code ?? bundle[name].source ?? "");
    const version = createHash("sha256").update(JSON.stringify([files, parts.map(String)])).digest("hex").slice(0, 16);
    const worker = readFileSync(join(here, "src/worker.js"), "utf8");
    const list = JSON.stringify(["./", "manifest.webmanifest", "icon.svg", ...files.filter((name) => name !== "index.html")]);
    this.emitFile({
      type: "asset",
      fileName: "sw.js",
      source: worker.replace('"VERSION"', JSON.stringify(version)).replace('"FILES"', list),
    });
  },
};

export default defineConfig({
  root: here,
  base: "./",
  plugins: [offline],
  build: {
    outDir: join(here, "../src/bulou/field/static/phone"),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: { include: ["tests/*.test.*"] },
});
