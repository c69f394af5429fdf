// What the browser tests share: TAP, Chromium, the program under test, and Visit, one person at one screen.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const SHARED = process.env.PASSERELLE_SHARED ?? join(dirname(fileURLToPath(import.meta.url)), "../../../shared");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const shots = process.env.SHOTS; // a folder that keeps pictures

/* --- TAP --- */

let number = 0, failed = 0;
export function check(condition, name, detail = "") {
	number++;
	if (!condition) failed++;
	console.log(`${condition ? "ok" : "not ok"} ${number} - ${name}`);
	if (!condition && detail) console.log(`# ${String(detail).replaceAll("\n", "\n# ")}`);
	return Boolean(condition);
}
export const same = (got, wanted, name) => check(JSON.stringify(got) === JSON.stringify(wanted), name, `got ${JSON.stringify(got)}\nwanted ${JSON.stringify(wanted)}`);
export const note = (text) => console.log(`# ${text}`);
export function skip(why) {
	console.log(`1..0 # SKIP ${why}`);
	process.exit(0);
}

/* --- the browser --- */

if (!existsSync(CHROMIUM)) skip(`${CHROMIUM} is absent`);
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
if (shots) mkdirSync(shots, { recursive: true });
const browser = await chromium.launch({
	executablePath: CHROMIUM,
	args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});
process.on("exit", () => browser.close());

// What axe finds on the page as it is, one line for each rule; through the debugger: no code is added to the page. only: rules by name.
export async function violations(page, only) {
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
	return page.evaluate(async (runOnly) => {
		const all = await window.axe.run(document, { runOnly, resultTypes: ["violations"] });
		return all.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.html.slice(0, 120)} ${(n.failureSummary ?? "").split("\n")[1] ?? ""}`).join(" | ")}`);
	}, only ?? RULES);
}
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/* --- the program under test --- */

// Runs it to its end; what it prints.
export function command(program, ...words) {
	const options = { encoding: "utf8", maxBuffer: 1 << 28 };
	if (typeof words.at(-1) === "object") Object.assign(options, words.pop());
	const done = spawnSync(program, words, options);
	return { code: done.status, out: done.stdout, err: done.stderr };
}

// Starts it and waits until it listens. work(server) runs while it serves; it must end cleanly afterwards.
// server: base, said (the words of each line before), data (a folder that is removed at the end).
export async function served(program, words, work) {
	const data = mkdtempSync(join(tmpdir(), "passerelle-browser-"));
	const child = spawn(program, words(data), { stdio: ["ignore", "pipe", "pipe"] });
	const server = { data, said: [], base: null }, ended = new Promise((done) => child.on("exit", done));
	let out = "", err = "";
	child.stderr.on("data", (d) => (err += d));
	await new Promise((done, wrong) => {
		child.stdout.on("data", (d) => {
			out += d;
			const listening = out.match(/^listening (\S+)/m);
			if (!listening || server.base) return;
			server.base = listening[1];
			server.said = out.split("\n").map((line) => line.split(" "));
			done();
		});
		child.on("exit", (code) => wrong(new Error(`the program ended with ${code}: ${err}`)));
	});
	try {
		await work(server);
	} catch (e) {
		check(false, "the test goes to its end", e.stack);
	} finally {
		child.kill("SIGTERM");
		const code = await ended;
		check(code === 0, "the program ends cleanly", `${code} ${err.slice(-3000)}`);
		rmSync(data, { recursive: true, force: true });
	}
}

// The demo school, with its accounts by role: [mail, password].
export const demo = (program, work) =>
	served(program, (data) => ["demo", "--data", join(data, "demo"), "--listen", "127.0.0.1:0"], async (server) => {
		server.accounts = Object.fromEntries(server.said.filter((w) => w[0] === "account").map((w) => [w[1], [w[2], w[3]]]));
		await work(server);
	});

/* --- one person at one screen --- */

const problems = [];

// Every activation goes through press(): that is what is counted.
export class Visit {
	static async begin(base, { width = 1280, lang = "en", script = true, keyboard = false, dark = false } = {}) {
		const v = new Visit();
		const words = [width, lang, script ? "" : "no script", keyboard ? "keyboard" : "", dark ? "dark" : ""];
		Object.assign(v, { base, width, lang, script, keyboard, clicks: 0, name: words.filter(Boolean).join(" ") });
		v.context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: script, acceptDownloads: true,
			colorScheme: dark ? "dark" : "light", reducedMotion: "reduce", locale: lang === "fr" ? "fr-FR" : "en-GB" });
		v.page = await v.context.newPage();
		v.page.setDefaultTimeout(20000);
		v.page.on("pageerror", (e) => problems.push(`${v.name}: ${e.message}`));
		v.page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && problems.push(`${v.name}: ${m.text()}`));
		return v;
	}

	static async sign_in(base, [mail, password], options) {
		const v = await Visit.begin(base, options);
		await v.page.goto(`${base}/language/${v.lang}?back=/sign-in`);
		await v.type("input[name=email]", mail);
		await v.type("input[name=password]", password);
		await Promise.all([v.page.waitForURL((u) => u.pathname !== "/sign-in"), v.page.keyboard.press("Enter")]);
		await v.page.goto(`${base}/language/${v.lang}?back=/`); // the account has a language of its own
		v.clicks = 0;
		return v;
	}

	// Typing is not counted. With the keyboard the field is reached by Tab.
	async type(selector, text) {
		const field = this.find(selector);
		if (this.keyboard && !(await this.reach(field))) throw new Error(`${this.name}: ${selector} is not reached by Tab`);
		if (this.keyboard) await this.page.keyboard.type(text);
		else await field.fill(text);
	}

	// Tab until the element has the focus. Every stop on the way must show that it has it.
	async reach(target) {
		for (let i = 0; i < 400; i++) {
			if (await target.evaluate((e) => e === document.activeElement)) return true;
			await this.page.keyboard.press("Tab");
			const hidden = await this.page.evaluate(() => {
				const shows = (e) => getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) >= 2;
				const e = document.activeElement, around = e.matches("input") && e.closest("label, .find, .drop");
				return e === document.body || shows(e) || (around && shows(around)) ? "" : e.outerHTML.slice(0, 120);
			});
			if (hidden) problems.push(`${this.name}: the focus does not show on ${this.page.url()}: ${hidden}`);
		}
		return false;
	}

	async press(target, { leaves = true, key = "Enter" } = {}) {
		this.clicks++;
		const before = this.page.url();
		if (this.keyboard && !(await this.reach(target))) throw new Error(`${this.name}: ${target} is not reached by Tab on ${before}`);
		const act = this.keyboard ? () => this.page.keyboard.press(key) : () => target.click();
		await (leaves ? Promise.all([this.page.waitForEvent("load"), act()]) : act());
	}

	async look(name) {
		const where = `${name}, ${this.name}`, wide = await overflow(this.page);
		check(wide <= 0, `no sideways scroll: ${where}`, `${wide} px`);
		if (this.script) {
			const found = await violations(this.page);
			check(found.length === 0, `axe: ${where}`, found.join("\n"));
		}
		if (shots) await this.page.screenshot({ path: join(shots, `${name}-${this.name}.png`.replaceAll(" ", "-")), fullPage: true });
	}

	goto(path) {
		return this.page.goto(this.base + path);
	}
	find(selector) {
		return this.page.locator(selector).first();
	}
	count(selector) {
		return this.page.locator(selector).count();
	}
	end() {
		return this.context.close();
	}
}

export async function finish() {
	check(problems.length === 0, "no errors in the browser, and the focus always shows", problems.join("\n"));
	console.log(`1..${number}`);
	process.exitCode = failed ? 1 : 0;
	await browser.close();
}
