// Makes again what the web pages carry of others: modules, fonts, icons, with their licences and a lock file.
//
//     npm ci --ignore-scripts && node scripts/vendor.mjs      # for maintainers; nobody else needs node
//
// Versions are those of package.json. tests/unit/test_web_vendor.py holds what lies there to the lock file.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const MODULES = "node_modules";
const OUT = "web/static/vendor";
const FONTS = "web/static/fonts";
const ICONS = "web/templates/icons"; // inlined by the macro, never asked for by a browser
const LIT = 'export * from "lit"; export { repeat } from "lit/directives/repeat.js"; export { live } from "lit/directives/live.js";';
const WEIGHTS = { next: [400, 600, 700], mono: [400] };
// prettier-ignore
const USED = [
  "arrow-right", "ban", "bookmark", "captions", "check", "chevron-down", "chevron-right", "circle-alert", "circle-check",
  "circle-dashed", "circle-question-mark", "circle-slash", "circle-x", "clapperboard", "clock", "copy", "download", "ellipsis",
  "external-link", "eye", "fast-forward", "file-video", "film", "flag", "folder", "git-compare", "hard-drive", "history",
  "house", "image", "info", "key-round", "keyboard", "layers", "link", "list-checks", "loader", "lock", "log-out", "mail",
  "maximize", "message-square", "monitor", "moon", "music", "pause", "pencil", "picture-in-picture-2", "play", "plus",
  "repeat", "rewind", "rotate-cw", "scan", "scissors", "search", "send", "server", "shapes", "skip-back", "skip-forward",
  "star", "step-back", "step-forward", "sun", "trash-2", "triangle-alert", "undo-2", "unplug", "upload", "user", "users",
  "volume-2", "volume-x", "webhook", "x", "zoom-in", "zoom-out",
];

/** @type {{ file: string, name: string, version: string, licence: string, source: string, sha256: string }[]} */
const lock = [];

const read = (path) => readFileSync(`${MODULES}/${path}`);
const about = (name) => JSON.parse(read(`${name}/package.json`).toString());

function keep(file, bytes, name, source) {
  writeFileSync(file, bytes);
  const { version, license } = about(name);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  lock.push({ file: file.replace("web/", ""), name, version, licence: license, source, sha256 });
}

for (const folder of [OUT, FONTS, ICONS]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

const htmx = read("htmx.org/dist/htmx.esm.min.js").toString();
const banner = (name) => `// @ts-nocheck\n// ${name} ${about(name).version}, ${about(name).license}\n`;
keep(`${OUT}/htmx.js`, banner("htmx.org") + htmx.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"), "htmx.org", "dist/htmx.esm.min.js");
keep(`${OUT}/htmx.LICENSE`, read("htmx.org/LICENSE"), "htmx.org", "LICENSE");

const lit = await build({
  stdin: { contents: LIT, resolveDir: "." },
  bundle: true, minify: true, format: "esm", target: "es2022", conditions: ["production"], write: false, legalComments: "none",
});
keep(`${OUT}/lit.js`, banner("lit") + lit.outputFiles[0].text, "lit", "bundled by esbuild: lit, repeat, live");
keep(`${OUT}/lit.d.ts`, `${LIT.replaceAll("; ", ";\n")}\n`, "lit", "names of the bundle, for type checks");
keep(`${OUT}/lit.LICENSE`, read("lit/LICENSE"), "lit", "LICENSE");

for (const [family, weights] of Object.entries(WEIGHTS)) {
  const name = `@fontsource/atkinson-hyperlegible-${family}`;
  for (const weight of weights) {
    for (const part of ["latin", "latin-ext"]) {
      const source = `files/atkinson-hyperlegible-${family}-${part}-${weight}-normal.woff2`;
      keep(`${FONTS}/${family}-${part}-${weight}.woff2`, read(`${name}/${source}`), name, source);
    }
  }
  keep(`${FONTS}/${family}.LICENSE`, read(`${name}/LICENSE`), name, "LICENSE");
}

for (const icon of USED) {
  const source = `icons/${icon}.svg`;
  const drawn = read(`lucide-static/${source}`).toString().match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\n\s*/g, "").replaceAll(" />", "/>");
  const svg = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" width="18" height="18" focusable="false">${drawn}</svg>`;
  keep(`${ICONS}/${icon}.svg`, svg, "lucide-static", source);
}
keep(`${ICONS}/LICENSE`, read("lucide-static/LICENSE"), "lucide-static", "LICENSE");

writeFileSync(`${OUT}/lock.json`, `${JSON.stringify(lock, null, 1)}\n`);
