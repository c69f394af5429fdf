// Builds what the browser loads and embeds it: node tools/build_assets.mjs OUT
//   OUT/files/      the files under their hashed names        OUT/assets.json  names, sizes, hashes, for tests
//   OUT/*.c, *.h    the same as C tables: assets, icons, maps
// The same sources and package-lock.json give the same bytes: no time, no path, no random number goes in.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const PREFIX = "/assets/";
const FONT = "@fontsource-variable/source-sans-3";
// Cascade layers set the floor; older browsers show the pages plain, and everything still works.
const version = (major, minor = 0) => (major << 16) | (minor << 8);
const TARGETS = { chrome: version(99), edge: version(99), firefox: version(97), safari: version(15, 4), ios_saf: version(15, 4) };

function needPackages() {
	const missing = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies).filter((name) => {
		try {
			require.resolve(name + "/package.json");
			return false;
		} catch (error) {
			return error.code === "MODULE_NOT_FOUND";
		}
	});
	if (missing.length) {
		console.error(`npm packages are missing (${missing.join(", ")}): run "make build", which fetches them by package-lock.json`);
		process.exit(1);
	}
}

const packageFile = (name, path) => join(dirname(require.resolve(name + "/package.json")), path);
const source = (...path) => join(root, "assets", ...path);
const text = (path) => readFileSync(path, "utf8");

const assets = [];
function add(id, stem, extension, contentType, data, { compress = true } = {}) {
	data = Buffer.from(data);
	const sha256 = createHash("sha256").update(data).digest("hex");
	const name = `${stem}.${sha256.slice(0, 10)}.${extension}`;
	let gzip = compress ? gzipSync(data, { level: 9 }) : null;
	if (gzip && gzip.length >= data.length) gzip = null;
	assets.push({ id, name, path: PREFIX + name, contentType, sha256, data, gzip });
	return name;
}

// Faces as the style sheet asks for them: url("font:latin-ext") with its unicode-range, cut from the published file and to
// the two weights we set. A cut font may not carry its reserved name, hence ours.
async function addFonts() {
	const subset = require("subset-font");
	const faces = text(source("css", "passerelle.css")).matchAll(/url\("(font:([a-z-]+))"\)[^}]*unicode-range: ([^;]+);/g);
	const fonts = {};
	for (const [, url, face, ranges] of faces) {
		const letters = ranges.split(",").map((range) => {
			const [from, to = from] = range.trim().slice(2).split("-").map((hex) => parseInt(hex, 16));
			return String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i));
		});
		const whole = readFileSync(packageFile(FONT, `files/source-sans-3-${face}-wght-normal.woff2`));
		const cut = await subset(whole, letters.join(""), { targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 600 } } });
		fonts[url] = add(`FONT_${cName(face).toUpperCase()}`, `passerelle-sans-${face}`, "woff2", "font/woff2", cut, { compress: false });
	}
	return fonts;
}

async function addStyles(fonts) {
	const { bundleAsync } = await import("lightningcss");
	const { code, warnings } = await bundleAsync({
		filename: source("css", "passerelle.css"), minify: true, targets: TARGETS,
		visitor: { Url: (url) => ({ ...url, url: fonts[url.url] ?? fail(`unknown address in the style sheet: ${url.url}`) }) },
	});
	if (warnings.length) fail(warnings.map((w) => w.message).join("\n"));
	add("CSS", "passerelle", "css", "text/css; charset=utf-8", code);
}

async function addScript() {
	const { build } = await import("esbuild");
	const { outputFiles } = await build({
		entryPoints: [source("js", "app.js")], bundle: true, minify: true, write: false, format: "iife", target: "es2020",
		charset: "utf8", legalComments: "none", logLevel: "warning",
	});
	add("JS", "app", "js", "text/javascript; charset=utf-8", outputFiles[0].contents);
}

const svgBody = (svg) => svg.replace(/<!--.*?-->/gs, "").replace(/^[^]*?<svg[^>]*>|<\/svg>[^]*$/g, "").replace(/\s+/g, " ").replace(/ ?\/> ?/g, "/>").replace(/> </g, "><").trim();

const iconNames = text(source("icons.txt")).split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
// The mark of the product stands in the sprite too; its view box is its own.
function addSprite() {
	const symbol = (id, viewBox, body) => `<symbol id="${id}" viewBox="${viewBox}">${body}</symbol>`;
	if (String([...new Set(iconNames)].sort()) !== String(iconNames)) fail("assets/icons.txt: names must be sorted, each once");
	const icons = iconNames.map((name) => {
		try {
			return symbol(name, "0 0 24 24", svgBody(text(packageFile("lucide-static", `icons/${name}.svg`))));
		} catch {
			return fail(`assets/icons.txt: lucide-static has no icon "${name}"`);
		}
	});
	const mark = symbol("mark", "0 0 28 20", svgBody(text(source("mark.svg"))));
	return add("SPRITE", "sprite", "svg", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg">${mark}${icons.join("")}</svg>\n`);
}

function addMaps(shapes) {
	const symbol = (s) => `<symbol id="${s.name}" viewBox="0 0 ${s.width} ${s.height}"><path d="${s.path}"/></symbol>`;
	return add("MAPS", "maps", "svg", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg">${shapes.map(symbol).join("")}</svg>\n`);
}

function addLicences() {
	const parts = [["Source Sans 3 (shipped in part, as Passerelle Sans)", packageFile(FONT, "LICENSE")], ["Lucide icons", packageFile("lucide-static", "LICENSE")]];
	const notice = parts.map(([name, path]) => `${name}\n\n${text(path).trim()}\n`);
	notice.push("Map shapes: Natural Earth, public domain, by way of world-atlas.\n");
	add("LICENCES", "licences", "txt", "text/plain; charset=utf-8", notice.join(`\n${"-".repeat(72)}\n\n`));
}

const HEAD = "/* Generated by tools/build_assets.mjs. */\n";
const cName = (name) => name.replaceAll("-", "_");
const cBytes = (name, data) => {
	const lines = [];
	for (let i = 0; i < data.length; i += 40) lines.push([...data.subarray(i, i + 40)].join(","));
	return `static const unsigned char ${name}[] = {\n${lines.join(",\n")}};\n`;
};
// Long literals are cut: compilers need not take more than 4095 characters in one.
const cString = (value) => (value.match(/.{1,4000}/gs) ?? [""]).map((part) => JSON.stringify(part)).join("\n\t    ");

function cAssets() {
	const bytes = assets.map((a, i) => cBytes(`data_${i}`, a.data) + (a.gzip ? cBytes(`gzip_${i}`, a.gzip) : ""));
	const rows = assets.map((a, i) => `\t[ASSET_${a.id}] = {${JSON.stringify(a.path)}, ${JSON.stringify(a.contentType)}, "\\"${a.sha256.slice(0, 20)}\\"", ` +
		`data_${i}, sizeof data_${i}, ${a.gzip ? `gzip_${i}, sizeof gzip_${i}` : "NULL, 0"}},\n`);
	return `${HEAD}#include "platform/assets/assets.h"\n\n${bytes.join("")}\nconst struct asset asset_table[ASSET_COUNT] = {\n${rows.join("")}};\n`;
}
const cAssetNames = () => `${HEAD}#pragma once\nenum asset_name {\n${assets.map((a) => `\tASSET_${a.id},\n`).join("")}\tASSET_COUNT\n};\n`;
const cIconNames = () => `${HEAD}#pragma once\nenum icon {\n${["mark", ...iconNames].map((n) => `\tICON_${cName(n)},\n`).join("")}\tICON_COUNT\n};\n`;
const cIcons = (sprite) => `${HEAD}#include "platform/assets/icons.h"\n\nconst struct icon_row icon_table[ICON_COUNT] = {\n` +
	["mark", ...iconNames].map((n) => `\t[ICON_${cName(n)}] = {${JSON.stringify(n)}, ${JSON.stringify(PREFIX + sprite + "#" + n)}},\n`).join("") + "};\n";

function cMaps(shapes, file) {
	const degrees = (n) => `${n * 1e7}`;
	const grids = shapes.map((s) => `static const int32_t grid_${s.name}[][2] = {\n${s.points.map(([x, y]) => `{${x},${y}}`).join(",")}};\n`);
	const rows = shapes.map((s) => `\t[MAP_${s.name.toUpperCase()}] = {\n\t    {"${s.name}", ${s.width}, ${s.height}, ${JSON.stringify(PREFIX + file + "#" + s.name)},\n\t    ${cString(s.path)}},\n` +
		`\t    ${degrees(s.turn)}, ${degrees(s.grid.west)}, ${degrees(s.grid.south)}, ${degrees(s.grid.lonStep)}, ${degrees(s.grid.latStep)}, ${s.grid.cols}, ${s.grid.rows}, grid_${s.name}},\n`);
	return `${HEAD}#include "platform/assets/map_grid.h"\n\n${grids.join("")}\nconst struct map_grid map_table[MAP_COUNT] = {\n${rows.join("")}};\n`;
}

function fail(message) {
	console.error(message);
	process.exit(1);
}

needPackages();
if (process.argv[2] === "--check") process.exit(0);
const out = process.argv[2] ?? fail("usage: node tools/build_assets.mjs OUT | --check");
const { mapShapes } = await import("./map_shapes.mjs");
const shapes = mapShapes();
await addStyles(await addFonts());
await addScript();
const sprite = addSprite();
const maps = addMaps(shapes);
add("FAVICON", "favicon", "svg", "image/svg+xml", text(source("favicon.svg")));
addLicences();

rmSync(join(out, "files"), { recursive: true, force: true });
mkdirSync(join(out, "files"), { recursive: true });
for (const a of assets) writeFileSync(join(out, "files", a.name), a.data);
const write = (name, content) => writeFileSync(join(out, name), content);
write("assets_data.c", cAssets());
write("asset_names.h", cAssetNames());
write("icon_names.h", cIconNames());
write("icons_data.c", cIcons(sprite));
write("map_data.c", cMaps(shapes, maps));
write("assets.json", JSON.stringify(assets.map(({ id, name, path, contentType, sha256, data, gzip }) =>
	({ id, name, path, contentType, sha256, size: data.length, gzip: gzip?.length ?? null })), null, "\t") + "\n");
