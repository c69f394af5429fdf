// Land of the world and of Europe as SVG paths, and for each the projection as a grid of points, so that C places a dot
// without trigonometry (bilinear between four points). Shapes: world-atlas (Natural Earth, public domain). Lengths are pixels of the view box.
import { geoAzimuthalEqualArea, geoEqualEarth, geoIdentity, geoPath } from "d3-geo";
import { createRequire } from "node:module";
import { feature } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

const require = createRequire(import.meta.url);
const ANTARCTICA = "010";
const MARGIN = 8; // beyond the view box, so that no cut edge shows

// name, size, projection, atlas, smallest triangle kept (square degrees for the globe, else pixels), and the grid: degrees east and north, step.
// Turned by 11 degrees the cut runs through the Bering Strait. Europe is the equal-area frame of its statistics (EPSG:3035).
export const VIEWS = [
	{
		name: "world", width: 600, height: 300, atlas: "countries-110m.json", keep: 0.3, globe: true, turn: 11,
		projection: geoEqualEarth().rotate([-11, 0]).precision(0),
		frame: { type: "MultiPoint", coordinates: [[-168.9, 0], [190.9, 0], [11, 83.6], [11, -56]] },
		grid: { west: -180, south: -90, lonStep: 360, latStep: 1, cols: 2, rows: 181 },
	},
	{
		name: "europe", width: 300, height: 300, atlas: "countries-50m.json", keep: 1, turn: 0,
		projection: geoAzimuthalEqualArea().rotate([-10, -52]).precision(0),
		frame: { type: "MultiPoint", coordinates: [[-23, 64.5], [34.5, 35], [25.8, 71], [-9.5, 36.8], [14.5, 34.6]] },
		grid: { west: -44, south: 26, lonStep: 2, latStep: 2, cols: 56, rows: 31 },
	},
];
for (const view of VIEWS)
	view.projection.fitExtent([[6, 6], [view.width - 6, view.height - 6]], view.frame);

// The atlas with its arcs in pixels, so that simplification sees what the eye sees and neighbours stay joined.
function inPixels(topology, projection) {
	const atlas = structuredClone(topology);
	const { scale, translate } = atlas.transform;
	delete atlas.transform;
	atlas.arcs = atlas.arcs.map((arc) => {
		let x = 0, y = 0;
		return arc.map(([dx, dy]) => projection([(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]));
	});
	return atlas;
}

// Half-pixel steps, relative, no doubled points, no ring that has become a line: small and good enough for paper.
class PathWriter {
	rings = [];
	moveTo(x, y) { this.rings.push([[x, y]]); }
	lineTo(x, y) { this.rings.at(-1).push([x, y]); }
	closePath() {}
	toString() {
		const number = (halves) => String(halves / 2).replace(/^(-?)0\./, "$1.");
		let path = "", at = null;
		for (const ring of this.rings) {
			const halves = ring.map((p) => p.map((v) => Math.round(v * 2)));
			const points = halves.filter(([x, y], i) => !i || x !== halves[i - 1][0] || y !== halves[i - 1][1]);
			while (points.length > 1 && String(points[0]) === String(points.at(-1))) points.pop();
			let area = 0;
			points.forEach(([x, y], i) => { const [u, v] = points[(i + 1) % points.length]; area += x * v - u * y; });
			if (points.length < 3 || Math.abs(area) < 3) continue;
			points.forEach(([x, y], i) => {
				const pair = at && i ? [x - at[0], y - at[1]] : [x, y];
				const second = number(pair[1]);
				path += (i === 0 ? "M" : i === 1 ? "l" : pair[0] < 0 ? "" : " ") + number(pair[0]) + (second.startsWith("-") ? "" : " ") + second;
				at = [x, y];
			});
			path += "z";
		}
		return path;
	}
}

function landPath(view) {
	const writer = new PathWriter();
	const atlas = require("world-atlas/" + view.atlas);
	const countries = (topology) => feature(topology, topology.objects.countries).features.filter((f) => f.id !== ANTARCTICA);
	if (view.globe) { // d3-geo cuts at the antimeridian, so shapes are simplified in degrees first
		geoPath(view.projection, writer)({ type: "FeatureCollection", features: countries(simplify(presimplify(atlas), view.keep)) });
		return writer.toString();
	}
	// What lies behind the horizon folds over itself, but never reaches the frame.
	const flat = geoPath(null);
	const seen = countries(simplify(presimplify(inPixels(atlas, view.projection)), view.keep)).filter((f) => {
		const [[x0, y0], [x1, y1]] = flat.bounds(f);
		return x1 > 0 && y1 > 0 && x0 < view.width && y0 < view.height;
	});
	const frame = geoIdentity().clipExtent([[-MARGIN, -MARGIN], [view.width + MARGIN, view.height + MARGIN]]);
	geoPath(frame, writer)({ type: "FeatureCollection", features: seen });
	return writer.toString();
}

function gridPoints(view) {
	const { west, south, lonStep, latStep, cols, rows } = view.grid;
	const points = [];
	for (let row = 0; row < rows; row++)
		for (let col = 0; col < cols; col++) {
			// The far edge of a whole turn would come back as the near one.
			const lon = west + col * lonStep, lat = south + row * latStep;
			const inner = Math.min(Math.max(lon, -180 + 1e-9), 180 - 1e-9) + view.turn;
			points.push(view.projection([inner, lat]).map((v) => Math.round(v * 100)));
		}
	return points;
}

export const mapShapes = () => VIEWS.map((view) => ({ ...view, path: landPath(view), points: gridPoints(view) }));
