// What was built: hashes, sizes, what the files say to each other, and the maps against d3-geo. TAP.
// node test_built.mjs BUILD/assets.json BUILD/map_points
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { VIEWS } from "../../../tools/map_shapes.mjs";

const [, , manifest, mapPoints] = process.argv;
const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const built = dirname(manifest);
const assets = JSON.parse(readFileSync(manifest, "utf8"));
const file = (a) => readFileSync(join(built, "files", a.name));
const asset = (id) => assets.find((a) => a.id === id) ?? { missing: id };
const text = (id) => file(asset(id)).toString("utf8");

let number = 0, failed = 0;
function test(name, run) {
	number++;
	try {
		const skip = run();
		console.log(`ok ${number} - ${name}${skip ? ` # SKIP ${skip}` : ""}`);
	} catch (error) {
		failed++;
		console.log(`not ok ${number} - ${name}`);
		console.log(String(error.message ?? error).replace(/^/gm, "# "));
	}
}
function check(condition, message) {
	if (!condition) throw new Error(message);
}

console.log("TAP version 13");
test("every name carries the hash of its bytes", () => {
	for (const a of assets) {
		const data = file(a), sha256 = createHash("sha256").update(data).digest("hex");
		check(sha256 === a.sha256 && a.name.includes(`.${sha256.slice(0, 10)}.`), `${a.name}: bytes hash to ${sha256}`);
		check(data.length === a.size, `${a.name}: ${data.length} bytes, not ${a.size}`);
	}
	check(String(readdirSync(join(built, "files")).sort()) === String(assets.map((a) => a.name).sort()), "files/ holds others");
});

test("style, script and fonts stay under 100 kB, the script under 10 kB", () => {
	const sent = (a) => a.gzip ?? a.size;
	const counted = assets.filter((a) => /^(CSS|JS|FONT_)/.test(a.id));
	for (const a of assets) console.log(`# ${String(sent(a)).padStart(6)}  ${a.name}`);
	const total = counted.reduce((sum, a) => sum + sent(a), 0);
	console.log(`# ${String(total).padStart(6)}  style, script and all fonts, of 100000`);
	check(total < 100000, `${total} bytes`);
	check(sent(asset("JS")) < 10000, `script: ${sent(asset("JS"))} bytes`);
	check(sent(asset("CSS")) < 14000, `style: ${sent(asset("CSS"))} bytes`);
});

test("a second build gives the same bytes", () => {
	const again = mkdtempSync(join(tmpdir(), "assets-"));
	try {
		execFileSync(process.execPath, [join(root, "tools/build_assets.mjs"), again]);
		for (const name of ["assets.json", "assets_data.c", "asset_names.h", "icon_names.h", "icons_data.c", "map_data.c"])
			check(readFileSync(join(again, name)).equals(readFileSync(join(built, name))), `${name} differs`);
	} finally {
		rmSync(again, { recursive: true });
	}
});

test("the style sheet asks only for files that exist, nothing from elsewhere", () => {
	const css = text("CSS");
	const urls = [...css.matchAll(/url\(([^)]*)\)/g)].map((m) => m[1]);
	check(urls.length === 3, `${urls.length} addresses`);
	for (const url of urls) check(assets.some((a) => a.name === url), `${url} is not an asset`);
	check(!/https?:|@import|data:/.test(css), "an address from elsewhere");
});

test("every custom property that is used is set", () => {
	const css = text("CSS");
	const set = new Set([...css.matchAll(/(--[\w-]+):/g)].map((m) => m[1]));
	for (const [, name] of css.matchAll(/var\((--[\w-]+)/g)) check(set.has(name), `${name} is used, never set`);
	check(set.size > 40, `${set.size} properties`);
});

test("the script needs no inline code, no eval, no address from elsewhere", () => {
	const js = text("JS");
	check(js.length > 5000, "the script is empty");
	check(!/\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|https?:\/\/(?!www\.w3\.org)/.test(js), "found one");
});

test("the sprite holds every icon of icons.txt", () => {
	const sprite = text("SPRITE");
	const names = readFileSync(join(root, "assets/icons.txt"), "utf8").split("\n").filter((l) => l && !l.startsWith("#"));
	for (const name of [...names, "mark"])
		check(new RegExp(`<symbol id="${name}" viewBox="[0-9 ]+"><`).test(sprite), `${name} is missing or empty`);
	check(!/<script|<style|style=|on\w+=|href=/i.test(sprite), "the sprite holds more than shapes");
	check(names.length >= 60, `${names.length} icons`);
});

test("the shapes stay small", () => {
	const size = gzipSync(file(asset("MAPS")), { level: 9 }).length;
	check(size < 14000, `${size} bytes`);
});

// lat and lng of the file, which may hold commas inside quotes.
function places(csv) {
	return csv.split("\n").slice(1).map((line) => {
		const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)?.map((c) => c.replace(/,$/, "")) ?? [];
		return [Number(cells[8] || NaN), Number(cells[9] || NaN)];
	}).filter(([lat, lon]) => Number.isFinite(lat) && Number.isFinite(lon));
}

function worst(points) {
	const input = points.map((p) => p.map((d) => Math.round(d * 1e7)).join(" ")).join("\n") + "\n";
	const lines = execFileSync(mapPoints, { input, maxBuffer: 1 << 26 }).toString().trim().split("\n");
	check(lines.length === points.length, `${lines.length} answers for ${points.length} places`);
	const result = VIEWS.map(() => ({ error: 0, shown: 0 }));
	points.forEach(([lat, lon], i) => lines[i].split("\t").forEach((answer, v) => {
		const view = VIEWS[v], [x, y] = view.projection([lon, lat]);
		const near = (n, size) => n > -0.5 && n < size + 0.5, well = (n, size) => n > 0.5 && n < size - 0.5;
		if (answer === "-") {
			check(!(well(x, view.width) && well(y, view.height)) , `${view.name}: ${lat} ${lon} lies at ${x} ${y} but was refused`);
			return;
		}
		const [gotX, gotY] = answer.split(" ").map((n) => n / 100);
		check(near(x, view.width) && near(y, view.height), `${view.name}: ${lat} ${lon} lies outside at ${x} ${y}`);
		result[v].shown++;
		result[v].error = Math.max(result[v].error, Math.hypot(gotX - x, gotY - y));
	}));
	result.forEach((r, v) => {
		console.log(`# ${VIEWS[v].name}: ${r.shown} of ${points.length} shown, off by at most ${r.error.toFixed(3)} px`);
		check(r.error < 0.5, `${VIEWS[v].name}: off by ${r.error} px`);
		check(r.shown > 0, `${VIEWS[v].name}: nothing shown`);
	});
	return result;
}

test("places of a fine net lie where d3-geo puts them", () => {
	const net = [];
	for (let lat = -89.3; lat < 90; lat += 1.37) for (let lon = -179.7; lon < 180; lon += 1.91) net.push([lat, lon]);
	worst(net);
});

test("the institutions lie where d3-geo puts them", () => {
	const path = join(process.env.PASSERELLE_SHARED ?? join(root, "../shared"), "data/hei/eche_heis_geo.csv");
	if (!existsSync(path)) return `${path} is absent`;
	const points = places(readFileSync(path, "utf8"));
	check(points.length > 5000, `${points.length} places read`);
	const [world, europe] = worst(points);
	check(world.shown === points.length, "an institution is missing on the world");
	check(europe.shown > points.length * 0.9, `${europe.shown} of ${points.length} in Europe`);
});
console.log(`1..${number}`);
process.exit(failed ? 1 : 0);
