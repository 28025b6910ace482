// Builds the desk's one style, its script and the script that sets the theme, with hashed names and a manifest that
// bulou.desk.front reads; beside each a compressed copy, which WhiteNoise hands out by itself.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const here = import.meta.dirname;

/** The markup inside each icon that icons.json names: `{% icon "name" %}` writes it into the page. */
const icons = {
  name: "icons",
  generateBundle() {
    const wanted = JSON.parse(readFileSync(join(here, "icons.json"), "utf8"));
    const drawn = wanted.map((name) => {
      const svg = readFileSync(join(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf8");
      return [name, svg.replace(/<!--[^]*?-->/g, "").match(/<svg[^>]*>([^]*)<\/svg>/)[1].replace(/\s*\n\s*/g, "")];
    });
    this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(Object.fromEntries(drawn)) });
  },
};

const compressed = {
  name: "compressed",
  writeBundle(options, bundle) {
    for (const file of Object.keys(bundle).filter((name) => /\.(css|js)$/.test(name))) {
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
  plugins: [icons, compressed],
  build: {
    outDir: join(here, "../src/bulou/desk/static/desk/build"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { desk: join(here, "src/desk.js"), style: join(here, "src/style.css"), theme: join(here, "src/theme.js") },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
