// Three years of real preferences of students for project centres, as three campaigns: brought in by the command, then opened,
// allocated, verified, published and explained by the office in the browser. Every number is compared with the files.
//
// usage: node years.mjs PASSERELLE   (prints TAP; skips where the shared data or Chromium are absent)
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SHARED, Visit, check, command, finish, note, same, served, skip } from "./kit.mjs";

const PROGRAM = process.argv[2], MATCHING = join(SHARED, "data/matching"), ACCOUNT = ["office@wpi.example", "a long password 17"];
const years = [["2017-2018", "serial", "en"], ["2018-2019", "deferred", "fr"], ["2019-2020", "serial", "fr"]];
if (!existsSync(MATCHING)) skip(`${MATCHING} is absent`);

const rows = (text) => text.trim().split(/\r?\n/).slice(1).map((line) => line.split(","));
const csv = (year, name) => rows(readFileSync(join(MATCHING, `wpi_IQP${year}`, name), "utf8"));
const digits = (text) => Number(String(text).replace(/[^\d]/g, ""));
const sum = (list) => list.reduce((a, b) => a + b, 0);

// What the files say: rank 1 for utility 1, rank 2 for 0.5 (1 when nothing is preferred to it), scores in 1e-4.
function read(year) {
	const centres = csv(year, "project_capacity.csv").map(([id, seats]) => ({ id, seats: Number(seats), wishes: 0, first: 0 }));
	const panel = csv(year, "project_preference.csv");
	const students = csv(year, "student_preference.csv").map((cells, row) => {
		const utility = cells.slice(1).map(Number), top = Math.max(...utility);
		const ranks = utility.map((u) => (u === 0 ? 0 : u === top ? 1 : 2));
		ranks.forEach((r, k) => ((centres[k].wishes += r > 0), (centres[k].first += r === 1)));
		return { ranks, scores: panel[row].slice(1).map((x) => Math.round(Number(x) * 10000)) };
	});
	return { centres, students: students.filter((s) => s.ranks.some((r) => r)), all: students.length, choices: sum(centres.map((c) => c.wishes)), seats: sum(centres.map((c) => c.seats)) };
}

async function one_year(v, data, year, mechanism) {
	const page = v.page, file = read(year), label = (what) => `${year}: ${what}`;
	const bring = command(PROGRAM, "import", "campaigns", join(MATCHING, `wpi_IQP${year}`), "--data", data);
	check(bring.code === 0 && bring.out.endsWith("new 1 changed 0 unchanged 0 conflict 0 refused 0\n"), label("one command brings it in"), bring.out + bring.err);
	same(bring.err.match(/\d[\d,]*/g).map(digits), [file.all, file.centres.length, file.students.length, file.choices], label("the command counts what the files hold"));

	await v.goto("/campaigns");
	await v.press(v.find(`td a.t:text-is("Project centres ${year}")`));
	const campaign = new URL(page.url()).pathname;
	const figures = await page.locator(".figs .fig .v").evaluateAll((all) => all.map((e) => e.firstChild.textContent));
	same(figures.slice(0, 2).map(digits), [file.students.length, file.seats], label("applications and places"));
	const shown = await page.locator("table.list tbody tr").evaluateAll((all) => all.map((tr) => [tr.querySelector("a.t").textContent, tr.querySelector("a.t").getAttribute("href"), tr.cells[1].innerText, tr.cells[2].innerText]));
	const numbers = Object.fromEntries(shown.map(([title, , demand, first]) => [title, [...demand.replace(/[\u00a0\u202f]/g, "").match(/\d+/g).map(Number), digits(first)].join(" ")]));
	same(Object.entries(numbers).sort(), file.centres.map((c) => [`Project centre ${c.id} of ${year}`, `${c.wishes} ${c.seats} ${c.first}`]).sort(), label(`wishes, places and first choices of ${shown.length} centres`));
	const centre_of = Object.fromEntries(shown.map(([title, href]) => [href.split("/").pop(), file.centres.findIndex((c) => title === `Project centre ${c.id} of ${year}`)]));

	await v.goto(campaign + "/allocate");
	await v.press(v.find(`input[value=${mechanism}]`), { key: "Space" });
	check(/verified|vérifiée/.test(await v.find(".proof").innerText()), label("the certificate verifies"));
	const kept = {};
	for (const name of ["seats.csv", "choices.csv", "students.csv", "placements.csv", "certificate.csv", "report.json"])
		kept[name] = await (await v.context.request.get(`${v.base}${campaign}/allocation/${name}`)).text();
	const order = rows(kept["students.csv"]).map((r) => r[0]), index = Object.fromEntries(order.map((id, i) => [id, i]));
	same(order.length, file.students.length, label("everybody is in the run"));
	same(rows(kept["seats.csv"]).filter(([id, n]) => file.centres[centre_of[id]].seats !== Number(n)), [], label("places as in the file"));
	const wrong = rows(kept["choices.csv"]).filter(([who, rank, option, score]) => {
		const s = file.students[index[who]], k = centre_of[option];
		return s.ranks[k] !== Number(rank) || s.scores[k] !== Number(score);
	});
	same([rows(kept["choices.csv"]).length, wrong.slice(0, 3)], [file.choices, []], label(`ranks and scores of ${file.choices} choices`));

	/* the same by hand */
	const placed = rows(kept["placements.csv"]).filter((r) => r[1]), taken = file.centres.map(() => 0), profile = [0, 0, 0];
	for (const [who, option, rank] of placed) {
		taken[centre_of[option]]++;
		profile[file.students[index[who]].ranks[centre_of[option]]]++;
		if (file.students[index[who]].ranks[centre_of[option]] !== Number(rank)) profile[0]++;
	}
	check(profile[0] === 0 && taken.every((n, k) => n <= file.centres[k].seats), label("everybody at a choice of theirs, no place given twice"), taken);
	const card = await page.locator(".mech.on .kv b").allInnerTexts();
	same([digits(card[0]), digits(card[1])], [profile[1], file.students.length - placed.length], label(`first choices and without a place: ${profile[1]} and ${file.students.length - placed.length}`));
	same(digits(card[2]), Math.round((100 * (profile[1] + 2 * profile[2])) / placed.length), label(`mean rank ${card[2]}`));
	same(digits(await v.find(".acts a.btn.p").innerText()), placed.length, label(`${placed.length} placements to publish`));

	/* the command reads the same certificate, and a changed result is found */
	const result = join(data, `result-${year}`);
	mkdirSync(result);
	for (const [name, text] of Object.entries(kept)) writeFileSync(join(result, name), text);
	const verify = () => command(PROGRAM, "allocation", "verify", "--seats", join(result, "seats.csv"), "--choices", join(result, "choices.csv"), "--students", join(result, "students.csv"), "--result", result);
	const whole = verify();
	check(whole.code === 0, label("the command verifies the certificate too"), whole.out + whole.err);
	const [who, option] = placed[0];
	writeFileSync(join(result, "placements.csv"), kept["placements.csv"].replace(`${who},${option},1`, `${who},${option},2`).replace(`${who},${option},2`, `${who},,`));
	check(verify().code === 1, label("a placement taken away is found"));

	/* every rule on the page says what the command makes of the same files */
	const seed = JSON.parse(kept["report.json"]).seed, cards = {};
	for (const at of await page.locator("label.mech").all()) cards[await at.locator("input").getAttribute("value")] = (await at.locator(".kv b").allInnerTexts()).slice(0, 2).map(digits);
	for (const rule of ["serial", "deferred", "ranksum", "greedy", "generous"]) {
		const out = join(data, `rule-${year}-${rule}`), files = ["seats", "choices", "students"].flatMap((f) => [`--${f}`, join(result, f + ".csv")]);
		const ran = command(PROGRAM, "allocation", "run", ...files, "--mechanism", rule, "--seed", seed, "--out", out);
		const report = ran.code === 0 ? JSON.parse(readFileSync(join(out, "report.json"), "utf8")) : {};
		same(cards[rule], [report.profile?.[0], report.unplaced], label(`${rule}: first choices and without a place as the command finds them`));
		check(command(PROGRAM, "allocation", "verify", ...files, "--result", out).code === 0, label(`${rule}: its certificate holds`));
	}

	/* one who has a second choice, one who has nothing */
	for (const kind of ["second", "nothing"]) {
		const row = page.locator("table.list tbody tr").filter({ has: page.locator(kind === "second" ? "td.colon:text-is('2')" : "td.colon .muted") }).first();
		for (let pages = 0; pages < 20 && !(await row.count()); pages++) await v.press(v.find(".list-foot .end a:last-child"));
		await v.press(row.locator("a.t"));
		const number = (await (await v.context.request.get(v.base + (await v.find("#reason h2 a").getAttribute("href")))).text()).match(/D-\d{4}-\d+/)[0];
		const s = file.students[index[number]], held = placed.find((r) => r[0] === number), mine = held ? s.ranks[centre_of[held[1]]] : 3;
		check(kind === "second" ? mine === 2 : !held, label(`${number}: the file of the result says the same of ${kind}`));
		const more = v.find("#reason details:has(.why) > summary");
		if (await more.count()) await v.press(more, { leaves: false });
		const reasons = await page.locator("#reason .why").allInnerTexts(), seen = {};
		for (const text of reasons) {
			const k = file.centres.findIndex((c) => text.includes(`Project centre ${c.id} of ${year}`)), all = text.replace(/[\u00a0\u202f]/g, "");
			const [, seats, wishes] = all.match(/(\d+) places?, (\d+) (?:wish|vœu)/) ?? [];
			const scores = [...all.matchAll(/(?<![\d.,])(\d[.,]\d+|[01])(?![\d.])/g)].map((m) => Math.round(Number(m[1].replace(",", ".")) * 10000));
			const score = mechanism === "serial" ? top_score(s) : s.scores[k];
			seen[k] = seats ? [Number(seats), Number(wishes), scores.includes(score) || `${score} is not in: ${text}`] : "held";
		}
		const wanted = {};
		s.ranks.forEach((r, k) => {
			if (r && r < mine) wanted[k] = [file.centres[k].seats, file.centres[k].wishes, true];
			else if (held && centre_of[held[1]] === k) wanted[k] = "held";
		});
		same(Object.entries(seen).sort(), Object.entries(wanted).sort(), label(`${number}, with ${kind === "second" ? "a second choice" : "no place"}: ${reasons.length} reasons with places, wishes and score of the file`));
		await v.look(`reason-${year}-${kind}`);
	}

	await v.press(v.find(`.acts a.btn.p[href="${campaign}/publish"]`));
	const leave = v.find(`form[action="${campaign}/publish"] button`);
	same(digits(await leave.innerText()), file.students.length, label("one mail for each student"));
	await v.look(`publish-${year}`);
	await v.press(leave);
	same(new URL(page.url()).pathname, `${campaign}/answers`, label("published"));
	same(digits(await v.find("a.fig[href='#waiting'] .v").innerText()), file.students.length - placed.length, label("who waits is counted"));
	await v.look(`answers-${year}`);
	note(`${year}: ${file.students.length} students, ${placed.length} placed by ${mechanism}, ${profile[1]} at a first choice`);
}

const top_score = (s) => Math.max(...s.scores.filter((_, k) => s.ranks[k]));

await served(PROGRAM, (data) => {
	const made = command(PROGRAM, "init", "--hei", "wpi.example", "--name", "WPI", "--admin", ACCOUNT[0], "--data", join(data, "school"), { input: ACCOUNT[1] + "\n" });
	if (made.code !== 0) throw new Error(made.err);
	return ["serve", "--listen", "127.0.0.1:0", "--allow-root", "--data", join(data, "school")];
}, async (server) => {
	const v = await Visit.sign_in(server.base, ACCOUNT);
	for (const [year, mechanism, lang] of years) {
		await v.goto(`/language/${lang}?back=/campaigns`);
		v.lang = lang;
		await one_year(v, join(server.data, "school"), year, mechanism);
	}
	const folder = join(MATCHING, "wpi_IQP2017-2018"), bring = (...words) => command(PROGRAM, "import", ...words, "--data", join(server.data, "school"));
	same([bring("institutions", folder).code, bring("campaigns", MATCHING).code, bring("campaigns", folder, "--set", "year=soon").code, bring("campaigns", folder, "--partial").code], [1, 1, 1, 2],
		"another kind, another folder, no year, an option of files: refused");
	check(bring("campaigns", folder, "--set", "year=2021-2022", "--dry-run").out.startsWith("new 1 ") && command(PROGRAM, "export", "campaigns", "--data", join(server.data, "school")).out.trim().split("\n").length === 4,
		"a dry run of a fourth year counts, and leaves three");
	const again = bring("campaigns", folder);
	check(again.code === 0 && again.out.includes("new 0 changed 0 unchanged 1 "), "the same year again changes nothing", again.out + again.err);
	const sealed = command(PROGRAM, "audit", "verify", "--data", join(server.data, "school"));
	check(sealed.code === 0, "the log of all this is whole", sealed.err);
	await v.end();
});
await finish();
