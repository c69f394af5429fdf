// The journeys of a campaign in a browser, with their clicks counted: a student finds, understands and applies (at most 9); the office
// checks, allocates and publishes (at most 8). By pointer and by keyboard alone, at 1280 and 320 px, in French and English, with and
// without script, axe on every page. TAP.
//
//   node journey_campaign.mjs CAMPAIGN_TEST_SERVER            a fresh small campaign for each of the office's runs
//   BASE=http://127.0.0.1:8080 STUDENT=mail:password OFFICE=mail:password node journey_campaign.mjs     a program that serves already
//
// With BASE: STUDENT may apply to the campaign that is open; CAMPAIGN names the one of the office's journey (an id; default: the first
// tile), and what it publishes stays. OFFICE_BY=keyboard|no-script, OFFICE_WIDTH, OFFICE_LANG. SHOTS=FOLDER keeps pictures.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SERVER = process.argv[2];
let BASE = process.env.BASE, keys = false; // keys: signed in by name at /in
if (!existsSync(CHROMIUM) || !(BASE || SERVER)) {
	console.log(`1..0 # SKIP ${BASE || SERVER ? `${CHROMIUM} is absent` : "neither a server nor BASE is given"}`);
	process.exit(0);
}
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

let number = 0, failed = 0;
const problems = [];
function ok(condition, name, detail = "") {
	number++;
	if (!condition) failed++;
	console.log(`${condition ? "ok" : "not ok"} ${number} - ${name}`);
	if (!condition && detail) console.log(`# ${String(detail).replaceAll("\n", "\n# ")}`);
	return condition;
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
process.on("exit", () => browser.close());

// One person at one screen. Every activation goes through press(): that is what is counted.
class Visit {
	static async begin(who, { width = 1280, lang = "en", script = true, keyboard = false, dark = false } = {}) {
		const v = new Visit();
		Object.assign(v, { width, lang, script, keyboard, clicks: 0, name: `${width} ${lang}${script ? "" : " no script"}${keyboard ? " keyboard" : ""}${dark ? " dark" : ""}` });
		v.context = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled: script, acceptDownloads: true,
			colorScheme: dark ? "dark" : "light", reducedMotion: "reduce", locale: lang === "fr" ? "fr-FR" : "en-GB" });
		v.page = await v.context.newPage();
		v.page.on("pageerror", (e) => problems.push(`${v.name}: ${e.message}`));
		v.page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && problems.push(`${v.name}: ${m.text()}`));
		if (keys) await v.page.goto(`${BASE}/in?as=${who}&lang=${lang}`);
		else await v.sign_in(who);
		return v;
	}

	async sign_in(who) {
		const [mail, password] = who.split(":");
		await this.page.goto(`${BASE}/sign-in`);
		await this.page.fill("input[name=email]", mail);
		await this.page.fill("input[name=password]", password);
		await Promise.all([this.page.waitForURL((u) => u.pathname !== "/sign-in"), this.page.press("input[name=password]", "Enter")]);
		await this.page.goto(`${BASE}/language/${this.lang}?back=/`);
	}

	// With the keyboard alone: Tab until the element has the focus, then Enter or Space. Focus must be visible on the way.
	async reach(target) {
		for (let i = 0; i < 400; i++) {
			if (await target.evaluate((e) => e === document.activeElement)) return true;
			await this.page.keyboard.press("Tab");
		}
		return false;
	}

	async press(target, { leaves = true, key } = {}) {
		this.clicks++;
		const before = this.page.url();
		const left = leaves ? this.page.waitForEvent("load", { timeout: 15000 }).catch(() => null) : null;
		if (this.keyboard) {
			if (!(await this.reach(target))) throw new Error(`${this.name}: ${target} is not reached by Tab on ${before}`);
			const outline = await target.evaluate((e) => getComputedStyle(e).outlineStyle);
			if (outline === "none") problems.push(`${this.name}: focus does not show on ${before}`);
			await this.page.keyboard.press(key ?? "Enter");
		} else await target.click();
		await left;
	}

	async look(name) {
		const page = this.page, where = `${name}, ${this.name}`;
		await page.waitForLoadState("load");
		const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		ok(overflow <= 0, `no sideways scroll: ${where}`, `${overflow} px`);
		if (this.script) {
			await page.evaluate(axe); // through the debugger: no code is added to the page
			const found = await page.evaluate(async () => {
				const all = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
				return all.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ") + " " + (n.failureSummary ?? "").split("\n")[1]).slice(0, 3).join(", ")}`);
			});
			ok(found.length === 0, `axe: ${where}`, found.join("\n"));
		}
		if (shots) await page.screenshot({ path: join(shots, `${name}-${this.name}.png`.replaceAll(" ", "-")), fullPage: true });
	}
	find(selector) {
		return this.page.locator(selector).first();
	}
	async end() {
		await this.context.close();
	}
}

/* J1 */
async function student(who, options) {
	const v = await Visit.begin(who, options), page = v.page;
	await page.goto(`${BASE}/preferences`); // anywhere else
	const nav = v.width > 900 ? "nav.d" : "nav.tabs-b";
	await v.press(v.find(`${nav} a[href^="/stays/find"]`)); // 1
	await v.look("find");
	ok(await v.find(".chips .chip.on").count() > 0 && (await v.find(".chips .chip.on").getAttribute("href")).includes("all=1"), `“I can go” is on: ${v.name}`);
	const cards = await page.locator("ul.offers").first().locator("li.offer").count();
	ok(cards >= 3, `three destinations at least: ${v.name}`, cards);
	ok(await v.find(".yes").count() > 0, `a yes gives its values: ${v.name}`);
	const starred = await page.locator(".starb.on").count();
	for (let i = 0, done = starred; done < 3 && i < 10; i++) { // 2-4
		const star = page.locator(".offers").first().locator(".starb:not(.on)").first();
		const id = await star.evaluate((e) => e.form.id);
		await v.press(star, { leaves: !v.script });
		await page.locator(`#${id} .starb.on`).waitFor();
		done++;
		if (v.script) ok(await page.evaluate((f) => document.activeElement?.form?.id === f, id), `the star keeps the focus: ${v.name}`);
		ok(await page.locator("#wish li").count() === done, `the list grows: ${v.name}`);
	}
	v.clicks += starred; // as if starred now
	if (await page.locator(".why").count()) ok(await v.find(".why .but").count() > 0, `a no says what would change it: ${v.name}`);
	await v.press(v.find(v.width > 900 ? "#wish a.btn.p" : "#dock a.btn.p")); // 5
	await v.look("rank");
	ok(await page.locator("ol.rank > li").count() >= 3, `the order is set by starring: ${v.name}`);
	await v.press(v.find("ol.rank li:first-child summary"), { leaves: false }); // 6
	ok(await v.find("ol.rank li:first-child .till table").isVisible(), `the cost line opens: ${v.name}`);
	await v.look("cost");
	await v.press(v.find("button[formaction='/stays/apply']")); // 7
	await v.look("apply");
	const fields = await page.locator("form.one .field").count();
	ok(!(await page.locator("form.one input:not([type=hidden])").evaluateAll((all) => all.some((e) => e.value))), `no field asks for what is known: ${v.name}`, fields);
	for (const select of await page.locator("form.one select").all()) await select.selectOption({ index: 1 });
	for (const input of await page.locator("form.one input[type=email]").all()) await input.fill("nouvelle@escom.example");
	for (const input of await page.locator("form.one input[list]").all()) await input.fill("France (FR)");
	await v.press(v.find("form.one button.btn.p")); // 8
	ok(/\/applications\/[0-9a-f-]{36}$/.test(new URL(page.url()).pathname), `a receipt: ${v.name}`, page.url());
	await v.look("receipt");
	const download = page.waitForEvent("download");
	await v.press(v.find("a[href$='/deadlines.ics']"), { leaves: false }); // 9
	const ics = readFileSync(await (await download).path(), "utf8");
	ok(ics.startsWith("BEGIN:VCALENDAR") && ics.includes("DTSTART"), `deadlines for the calendar: ${v.name}`, ics);
	ok(v.clicks <= 9, `a student applies in 9 clicks: ${v.clicks}, ${v.name}`);
	const pdf = await v.context.request.get(new URL(await v.find("a[href$='/receipt.pdf']").getAttribute("href"), BASE).href);
	ok(pdf.ok() && (await pdf.body()).subarray(0, 5).toString() === "%PDF-", `the receipt on paper: ${v.name}`);
	await v.end();
}

/* J2 */
async function office(who, options) {
	const v = await Visit.begin(who, options), page = v.page;
	await page.goto(`${BASE}/`);
	const tile = process.env.CAMPAIGN ? `a.fig[href="/campaigns/${process.env.CAMPAIGN}"]` : "a.fig[href^='/campaigns/']";
	await v.press(v.find(tile)); // 1
	const campaign = new URL(page.url()).pathname;
	if (await page.locator(`form[action="${campaign}/close"] button`).count()) {
		await page.locator(`form[action="${campaign}/close"] button`).click(); // time passes: not a click of the journey
		await page.goto(BASE + campaign);
	}
	await v.look("campaign");
	await v.press(v.find(`.acts a[href="${campaign}/files"]`)); // 2
	await v.look("files");
	const ask = v.find(`form[action="${campaign}/ask"] button`);
	if (await ask.count()) {
		ok(await v.find(".mailtext").isVisible(), `the mail is shown before it leaves: ${v.name}`);
		await v.press(ask); // 3
		ok(await v.find(`form[action="${campaign}/ask/undo"]`).count() > 0, `asking can be undone: ${v.name}`);
		await v.look("asked");
	} else v.clicks++;
	await v.press(v.find(`main a.btn[href="${campaign}/allocate"]`)); // 4
	await v.look("allocate");
	const rules = page.locator("input[name=mechanism]");
	ok(await rules.count() >= 2, `rules side by side: ${v.name}`, await rules.count());
	ok(await page.locator("input[name=mechanism]:checked").count() === 0, `no rule is chosen beforehand: ${v.name}`);
	await v.press(rules.first(), { leaves: v.script, key: "Space" }); // 5
	if (!v.script) {
		const left = page.waitForEvent("load");
		await page.locator(`form[action="${campaign}/allocate"] button`).click(); // without script its button
		await left;
	}
	await v.look("allocated");
	ok(await v.find(".proof a").count() > 0, `the certificate verifies: ${v.name}`);
	ok(await v.find(`form[action="${campaign}/allocate/undo"]`).count() > 0, `the allocation can be undone: ${v.name}`);
	await v.press(v.find("table.list a.t")); // 6
	await v.look("reason");
	ok(await v.find("#reason .why").count() > 0, `one student’s reasons: ${v.name}`);
	const publish = v.find(`.acts a.btn.p[href="${campaign}/publish"]`);
	await v.press(publish); // 7
	await v.look("publish");
	ok(/\d/.test(await v.find(`form[action="${campaign}/publish"] button`).innerText()), `the act names how many mails leave: ${v.name}`);
	await v.press(v.find(`form[action="${campaign}/publish"] button`)); // 8
	ok(new URL(page.url()).pathname === `${campaign}/answers`, `published: ${v.name}`, page.url());
	await v.look("answers");
	ok(await v.find(".toast form").count() > 0, `the publication can be undone: ${v.name}`);
	ok(v.clicks <= 8, `the office publishes in 8 clicks: ${v.clicks}, ${v.name}`);
	await v.end();
	return campaign;
}

/* After publication: the answer, the reasons, the stay. */
async function answer(who, options) {
	const v = await Visit.begin(who, options), page = v.page;
	await page.goto(`${BASE}/applications`);
	await v.look("applications");
	await v.press(v.find("table.list a.t"));
	await v.look("offer");
	const accept = v.find("form[action$='/accept'] button");
	if (await accept.count()) {
		await v.press(accept);
		ok(new URL(page.url()).pathname === "/my/stay", `accepted, and there is a stay: ${v.name}`, page.url());
		await v.look("stay");
	} else if (process.env.CAMPAIGN) ok(await v.find("#sent").count() > 0, `what was sent to another campaign stands: ${v.name}`);
	else ok((await v.find("#offer").count()) > 0, `waiting, or over, and told so: ${v.name}`);
	await v.end();
}

const runs = [{}, { width: 320, lang: "fr" }, { keyboard: true, lang: "fr" }, { script: false }, { width: 320, script: false, lang: "fr" }, { dark: true }];

// A server over a fresh small campaign while `work` runs.
async function served(work) {
	const folder = mkdtempSync(join(tmpdir(), "passerelle-campaign-"));
	const server = spawn(SERVER, [folder], { stdio: ["ignore", "pipe", "inherit"] });
	const ended = new Promise((done) => server.on("exit", done));
	BASE = await new Promise((done, wrong) => {
		server.stdout.on("data", (text) => done(String(text).split(" ")[1]));
		server.on("exit", () => wrong(new Error("the server did not start")));
	});
	try {
		await work();
	} finally {
		server.kill("SIGTERM");
		ok((await ended) === 0, "the server ends cleanly");
		rmSync(folder, { recursive: true });
	}
}

try {
	if (SERVER) {
		keys = true;
		await served(async () => {
			for (const options of runs) await student("0", options);
			await office("office", { lang: "fr" });
			await answer("0", { lang: "fr" });
			await answer("0", { width: 320 });
		});
		await served(() => office("office", { keyboard: true }));
		await served(() => office("office", { width: 320, lang: "fr", dark: true }));
		await served(() => office("office", { script: false }));
	} else {
		if (process.env.STUDENT) for (const options of runs) await student(process.env.STUDENT, options);
		if (process.env.OFFICE)
			await office(process.env.OFFICE, { keyboard: process.env.OFFICE_BY === "keyboard", script: process.env.OFFICE_BY !== "no-script",
				width: +(process.env.OFFICE_WIDTH ?? 1280), lang: process.env.OFFICE_LANG ?? "fr" });
		if (process.env.STUDENT && process.env.OFFICE) await answer(process.env.STUDENT, { lang: "fr" });
	}
} catch (e) {
	ok(false, "the journey goes to its end", e.stack);
}
ok(problems.length === 0, "no errors in the browser", problems.join("\n"));
console.log(`1..${number}`);
process.exitCode = failed ? 1 : 0;
await browser.close();
