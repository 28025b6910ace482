// Builds the phone's app; the service worker is written last, with the list of all that must be there offline. Beside
// each file a compressed copy, which the door hands out.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const here = import.meta.dirname;
/** Loaded when the app has time, not with it: the reader of codes. */
const LATER = /^assets\/(reader|zxing)/;

const sources = ["src", "public"].flatMap((folder) => readdirSync(join(here, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
const version = createHash("sha256").update(Buffer.concat([...sources, readFileSync(join(here, "package-lock.json"))])).digest("hex").slice(0, 10);

const offline = {
  name: "offline",
  generateBundle(options, bundle) {
    const files = Object.keys(bundle).filter((name) => name !== "index.html" && !LATER.test(name));
    const list = JSON.stringify(["./", ...readdirSync(join(here, "public")), ...files]);
    const later = JSON.stringify(Object.keys(bundle).filter((name) => LATER.test(name)));
    const worker = readFileSync(join(here, "src/worker.js"), "utf8");
    this.emitFile({ type: "asset", fileName: "sw.js", source: worker.replace('"VERSION"', JSON.stringify(version)).replace('"FILES"', list).replace('"LATER"', later) });
  },
};

const compressed = {
  name: "compressed",
  writeBundle(options, bundle) {
    for (const file of Object.keys(bundle).filter((name) => /\.(css|js|html|wasm)$/.test(name))) {
      const path = join(options.dir, file);
      const content = readFileSync(path);
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(content));
    }
  },
};

export default defineConfig({
  root: here,
  base: "./",
  plugins: [offline, compressed],
  define: { VERSION: JSON.stringify(version) },
  build: {
    outDir: join(here, "../src/bulou/field/static/phone"),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  test: { include: ["tests/*.test.*"] },
});
