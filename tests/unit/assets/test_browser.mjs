// The parts and the script in a browser, under the policy of the product: every part of kit.html, light and dark, wide and narrow,
// with keyboard and without script. TAP. node test_browser.mjs BUILD/assets.json
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(CHROMIUM)) {
	console.log(`1..0 # SKIP ${CHROMIUM} is absent`);
	process.exit(0);
}
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const here = dirname(fileURLToPath(import.meta.url));
const assets = JSON.parse(readFileSync(process.argv[2], "utf8"));
const built = dirname(process.argv[2]);
const path = (id) => assets.find((a) => a.id === id).path;
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const JOB = '<div class="sheet pad job" data-poll="/kit"><label for="jb"><b>Importing students.csv</b></label><progress id="jb" max="100" value="@DONE@"></progress><p class="row between sm soft"><span>@DONE@ of 100 lines</span></p></div>';
const FOUND = [{ kind: "partner", label: "Universitetet i Bergen", href: "/partner/bergen", icon: "handshake" }, { kind: "act", label: "Write to <b>Bergen</b>", href: "/write", icon: "mail" }, { kind: "bad", label: "Elsewhere", href: "//elsewhere.example/", icon: "x" }];
const host_id = (n) => `00000000-0000-4000-8000-00000000000${n}`;
const HOSTS = [{ label: "Bergen", under: "Norway", href: `/hosts/${host_id(1)}` }, { label: "Bergen", under: "Netherlands", href: `/hosts/${host_id(2)}` }, { label: "Berlin <b>Tech</b>", href: `/hosts/${host_id(3)}` }, { label: "Bern", href: `//elsewhere.example/${host_id(4)}` }];
const seen = { posts: [], job: 0 };

function kit() {
	const job = seen.job < 3 ? JOB.replaceAll("@DONE@", String(20 + seen.job * 30)) : "<p id='done'>Imported</p>";
	return readFileSync(join(here, "kit.html"), "utf8").replace("@JOB@", job)
		.replace(/@MAP:(\w+)@/g, (_, name) => `${path("MAPS")}#${name}`)
		.replace(/@([A-Z]+)@/g, (_, id) => path(id)).replace(/@([a-z0-9-]+)@/g, (_, icon) => `${path("SPRITE")}#${icon}`);
}
const server = createServer((request, response) => {
	const url = new URL(request.url, "http://x"), asset = assets.find((a) => a.path === url.pathname);
	response.setHeader("Content-Security-Policy", POLICY);
	response.setHeader("X-Content-Type-Options", "nosniff");
	if (asset) return response.setHeader("Content-Type", asset.contentType).end(readFileSync(join(built, "files", asset.name)));
	if (request.method === "POST") {
		let body = "";
		request.on("data", (part) => (body += part)).on("end", () => {
			seen.posts.push({ path: url.pathname, body });
			if (url.pathname === "/out" || (url.pathname === "/notes/edit" && !body.includes("refused"))) return response.writeHead(303, { Location: "/kit" }).end();
			if (url.pathname === "/notes/edit") return response.writeHead(422, { "Content-Type": "text/html; charset=utf-8" }).end(kit());
			response.statusCode = 204;
			response.end();
		});
		return;
	}
	if (url.pathname === "/search") return response.setHeader("Content-Type", "application/json").end(JSON.stringify(url.searchParams.get("q") === "zzz" ? [] : FOUND));
	if (url.pathname === "/lookup") {
		const found = HOSTS.filter((host) => host.label.toLowerCase().startsWith(url.searchParams.get("q").toLowerCase()));
		return response.setHeader("Content-Type", "application/json").end(JSON.stringify(found));
	}
	response.setHeader("Content-Type", "text/html; charset=utf-8");
	if (url.pathname === "/kit" && request.headers["x-fragment"]) seen.job++;
	if (url.pathname === "/menu") return response.end('<!doctype html><details class="pop" data-menu open><summary class="chip">Country</summary><div class="panel"><label><input id="fr" type="checkbox" name="country" value="FR">France</label></div></details>');
	response.end(kit());
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });

let number = 0, failed = 0;
const complaints = [];
async function open(options = {}) {
	seen.job = 0;
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
	const page = await context.newPage();
	page.on("console", (m) => m.type() === "error" && complaints.push(m.text()));
	page.on("pageerror", (e) => complaints.push(String(e)));
	await page.goto(`${base}/kit`);
	return page;
}
async function test(name, run) {
	number++;
	let page;
	try {
		await run(async (options) => (page = await open(options)));
		if (complaints.length) throw new Error("the browser complains: " + complaints.join("; "));
		console.log(`ok ${number} - ${name}`);
	} catch (error) {
		failed++;
		console.log(`not ok ${number} - ${name}`);
		console.log(String(error.message ?? error).replace(/^/gm, "# "));
	}
	complaints.length = 0;
	await page?.context().close();
}
function check(condition, message) {
	if (!condition) throw new Error(message);
}
const focused = (page) => page.evaluate(() => document.activeElement.outerHTML.slice(0, 120));

console.log("TAP version 13");
for (const [width, colorScheme] of [[1280, "light"], [390, "light"], [320, "light"], [1280, "dark"], [320, "dark"]])
	await test(`axe finds nothing and nothing scrolls sideways: ${width} ${colorScheme}`, async (start) => {
		const page = await start({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
		await page.evaluate(axe);
		const violations = await page.evaluate(async () => (await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations
			.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 90) + " " + (n.any[0]?.message ?? "")).join(" | ")}`));
		check(!violations.length, violations.join("\n"));
		const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		check(wide <= 0, `${wide} px too wide`);
		if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/kit-${width}-${colorScheme}.png`, fullPage: true });
	});

await test("icons, maps and fonts load under the policy", async (start) => {
	const page = await start();
	await page.waitForLoadState("networkidle");
	const drawn = await page.evaluate(() => [...document.querySelectorAll("svg use")].filter((u) => u.getBoundingClientRect().width > 0 || u.closest("details:not([open]), .bar .brand")).length);
	const all = await page.locator("svg use").count();
	const empty = await page.evaluate(() => [...document.querySelectorAll(".side svg.i use, .map use")].filter((u) => !(u.getBBox().width > 5)).map((u) => u.getAttribute("href")));
	check(!empty.length, `not drawn: ${empty.join(", ")} (${drawn} of ${all})`);
	check(await page.evaluate(async () => { await document.fonts.ready; return [...document.fonts].filter((f) => f.status === "loaded").length; }) === 2, "two faces, latin and latin-ext, should be loaded");
	const stroke = await page.evaluate(() => getComputedStyle(document.querySelector(".nav svg.i")).stroke);
	check(stroke !== "none", "icons have no stroke");
});

await test("the palette opens by key, finds, moves and goes", async (start) => {
	const page = await start();
	await page.keyboard.press("/");
	await page.waitForSelector("dialog.pal[open] li");
	check(await page.locator("dialog.pal li").count() === 2, "an address elsewhere must not be offered");
	check(await page.locator("dialog.pal li b").count() === 0, "a label became markup");
	await page.keyboard.press("ArrowDown");
	const input = page.locator("dialog.pal input");
	check(await input.getAttribute("aria-activedescendant") === "pal-1", "the second one should be current");
	await page.keyboard.type("zzz");
	await page.waitForFunction(() => !document.querySelector("dialog.pal li"));
	check(await page.locator("dialog.pal .none").textContent() === "Nothing found", "no word for nothing");
	await page.keyboard.press("Escape");
	check(!(await page.locator("dialog.pal").isVisible()), "Escape closes");
	await page.keyboard.press("Control+k");
	await page.waitForSelector("dialog.pal[open] li");
	await page.keyboard.press("Enter");
	await page.waitForURL("**/partner/bergen");
});

await test("a slash typed into a field stays there", async (start) => {
	const page = await start();
	await page.locator("#name").pressSequentially("a/b");
	check(await page.locator("#name").inputValue() === "a/b" && !(await page.locator("dialog.pal[open]").count()), "the palette took the key");
});

await test("rows are ticked one by one, as a range, all, and none", async (start) => {
	const page = await start();
	const bulk = page.locator(".bulk");
	check(!(await bulk.isVisible()), "the bar shows before anything is ticked");
	await page.locator("input[value='1'][name=id]").check();
	check(await bulk.isVisible() && (await page.locator("[data-bulk-count]").textContent()) === "1 selected", "one");
	await page.locator("input[value='3'][name=id]").click({ modifiers: ["Shift"] });
	check((await page.locator("[data-bulk-count]").textContent()) === "3 selected", "range");
	check(await page.locator("th.pickcol input").isChecked(), "the box in the head follows");
	await page.locator("th.pickcol input").uncheck();
	check(!(await bulk.isVisible()), "none");
	await page.locator("th.pickcol input").check();
	await page.locator(".bulk button[type=reset]").click();
	check(!(await bulk.isVisible()) && !(await page.locator("th.pickcol input").isChecked()), "clear");
});

await test("menus close by Escape, by a click elsewhere and by each other", async (start) => {
	const page = await start();
	await page.locator("#region summary").click();
	await page.locator("#region input").first().focus();
	await page.keyboard.press("Escape");
	check(!(await page.locator("#region[open]").count()), "Escape");
	check((await focused(page)).startsWith("<summary"), "the focus goes back to the button");
	await page.locator("#region summary").click();
	await page.locator("#account summary").click();
	check(!(await page.locator("#region[open]").count()) && await page.locator("#account[open]").count(), "one at a time");
	await page.locator("h1").click();
	check(!(await page.locator("#account[open]").count()), "a click elsewhere");
});

await test("a filter menu sends its changes when it closes, Escape takes them back", async (start) => {
	const page = await start();
	await page.locator("#region summary").click();
	await page.locator("#region input").first().check();
	await page.keyboard.press("Escape");
	check(page.url().endsWith("/kit") && !(await page.locator("#region input").first().isChecked()), "Escape must not send");
	await page.locator("#region summary").click();
	await page.locator("#region input").first().check();
	await page.locator("h1").click();
	await page.waitForURL("**/filtered?region=eu");
});

await test("an open menu stays inside a narrow window", async (start) => {
	const page = await start({ viewport: { width: 320, height: 700 } });
	for (const summary of ["#region summary", ".list-foot .pop summary", ".menu summary"]) {
		await page.locator(summary).click();
		const box = await page.locator("details[open] > :not(summary)").boundingBox();
		check(box.x >= 0 && box.x + box.width <= 320 && box.y >= 0, `${summary}: ${JSON.stringify(box)}`);
	}
});

await test("a menu of another page opens in place", async (start) => {
	const page = await start();
	await page.locator("[data-fragment-menu]").click();
	await page.waitForSelector("#fr");
	check((await focused(page)).includes('id="fr"'), "the focus goes into the menu");
	check(page.url().endsWith("/kit"), "the page stays");
});

await test("a ranked list moves by button, by keys and by hand, says so and saves", async (start) => {
	const page = await start();
	const order = () => page.locator("[data-rank] [name=choice]").evaluateAll((all) => all.map((e) => e.value).join(""));
	await page.locator("[aria-label='Bergen down']").click();
	check(await order() === "vbw", `after the button: ${await order()}`);
	await page.waitForFunction(() => [...document.querySelectorAll("[role=status]")].some((e) => e.textContent === "Bergen: choice 2 of 3"));
	check((await focused(page)).includes("Bergen down"), "the button keeps the focus");
	await page.keyboard.press("Alt+ArrowDown");
	check(await order() === "vwb", `after the keys: ${await order()}`);
	check((await focused(page)).includes("Bergen up"), "at the end the other button takes the focus");
	const grip = await page.locator(".rank .grip").nth(2).boundingBox(), first = await page.locator(".rank li").first().boundingBox();
	await page.mouse.move(grip.x + 8, grip.y + 8);
	await page.mouse.down();
	await page.mouse.move(grip.x + 8, first.y + 30, { steps: 8 });
	await page.mouse.move(grip.x + 8, first.y + 2, { steps: 4 });
	await page.mouse.up();
	check(await order() === "bvw", `after the hand: ${await order()}`);
	check(await page.locator(".rank .no").allTextContents().then((t) => t.join("")) === "123", "numbers follow");
	seen.posts.length = 0;
	await page.waitForResponse((r) => r.url().endsWith("/rank"));
	check(seen.posts.at(-1).body === "choice=b&choice=v&choice=w", `saved ${seen.posts.at(-1).body}`);
});

await test("a job is followed until its page shows the result", async (start) => {
	const page = await start();
	await page.waitForFunction(() => document.querySelector("#jb")?.value === 50, null, { timeout: 8000 });
	await page.waitForSelector("#done", { timeout: 12000 });
});

await test("the theme follows its button, a toast goes, a file is named", async (start) => {
	const page = await start();
	await page.locator("[data-pref] button").click();
	await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
	check(seen.posts.at(-1).body === "theme=dark", "the server was told");
	check(await page.evaluate(() => getComputedStyle(document.body).backgroundColor) === "rgb(15, 20, 19)", "the page is dark");
	await page.locator("[data-dismiss]").click();
	check(!(await page.locator("[data-toast]").count()), "the toast stays");
	await page.locator("input[type=file]").setInputFiles({ name: "students.csv", mimeType: "text/csv", buffer: Buffer.from("a") });
	check(await page.locator(".drop .name").textContent() === "students.csv", "the file has no name");
});

await test("without the script everything still shows and posts", async (start) => {
	const page = await start({ javaScriptEnabled: false });
	check(!(await page.locator(".bulk").isVisible()), "the bar waits for a tick");
	await page.locator("input[value='1'][name=id]").check();
	check(await page.locator(".bulk").isVisible(), "the bar shows");
	check(!(await page.locator(".grip").first().isVisible()) && await page.locator("[aria-label='Bergen down']").isVisible(), "buttons without grip");
	seen.posts.length = 0;
	await page.locator("[aria-label='Bergen down']").click();
	await page.waitForTimeout(200);
	check(/(^|&)down=b(&|$)/.test(seen.posts[0]?.body ?? ""), `posted ${seen.posts[0]?.body}`);
});

const kept = (page) => page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith("draft:")).map(([key, text]) => key + " " + text).join("\n"));

await test("a draft is kept, comes back with a note, and goes when it is saved", async (start) => {
	const page = await start();
	await page.goto(`${base}/notes/edit`);
	await page.locator("#d-title").fill("Half written");
	await page.locator("#d-kind").selectOption("b");
	await page.locator("[name=urgent]").check();
	await page.locator("#d-word").fill("secret word");
	await page.locator("#d-health").fill("asthma");
	await page.waitForFunction(() => !document.querySelector("[data-draft-note]").hidden);
	const text = await kept(page);
	check(text.startsWith("draft:reader1:/notes/edit ") && text.includes("Half written"), `kept: ${text}`);
	check(!text.includes("secret word") && !text.includes("asthma"), "a password or a sensitive value was kept");
	await page.goto(`${base}/kit?elsewhere`);
	await page.goto(`${base}/notes/edit`);
	check(await page.locator("[data-draft-restored] span").textContent().then((t) => /^Your draft of .*\d.* is back\.$/.test(t)), "no note");
	check(await page.locator("#d-title").inputValue() === "Half written" && await page.locator("#d-kind").inputValue() === "b" && await page.locator("[name=urgent]").isChecked(), "not restored");
	check(await page.locator("#d-word").inputValue() === "", "the password came back");
	await page.locator("#d-title").fill("refused");
	await page.locator("#d-save").click();
	await page.waitForLoadState();
	check((await kept(page)).includes("refused"), "a refused form lost its draft");
	await page.locator("#d-title").fill("Whole");
	await page.locator("#d-save").click();
	await page.waitForURL("**/kit");
	check(await kept(page) === "", `still kept after saving: ${await kept(page)}`);
	await page.goto(`${base}/notes/edit`);
	check(await page.locator("[data-draft-restored]").count() === 0, "a note without a draft");
	complaints.length = 0; // the refused form is a 422
});

await test("a draft is left by its button, by signing out and by another reader", async (start) => {
	const page = await start();
	const write = async () => {
		await page.goto(`${base}/notes/edit`);
		await page.locator("#d-title").fill("Mine");
		await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith("draft:")));
	};
	await write();
	await page.reload();
	await page.locator("[data-draft-restored] button").click();
	check(await page.locator("#d-title").inputValue() === "As saved" && await kept(page) === "", "the button leaves it");
	await write();
	await page.evaluate(() => document.querySelector("form[data-forget]").requestSubmit());
	await page.waitForURL("**/kit");
	check(await kept(page) === "", "signing out leaves it");
	await page.evaluate(() => localStorage.setItem("draft:reader2:/notes/edit", JSON.stringify({ at: Date.now(), path: "/notes/edit", fields: { title: "Theirs" } })));
	await page.goto(`${base}/notes/edit`);
	check(await kept(page) === "" && await page.locator("#d-title").inputValue() === "As saved", "another reader's draft stays");
});

await test("a record is found while one types, by keys or by hand, and goes as its id", async (start) => {
	const page = await start();
	const field = page.locator("#d-host"), box = page.locator(".look ul");
	check(await field.getAttribute("role") === "combobox" && !(await field.getAttribute("list")), "no combobox");
	await field.focus();
	await page.keyboard.press("ArrowDown");
	await page.waitForSelector(".look [role=option]");
	check(await box.textContent() === "Aachen", "the first ones are offered without typing");
	await field.pressSequentially("ber");
	await page.waitForFunction(() => document.querySelectorAll(".look [role=option]").length === 3);
	check(await page.locator(".look li b").count() === 0, "a label became markup");
	check(await field.getAttribute("aria-expanded") === "true", "not said to be open");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowDown");
	check(await field.getAttribute("aria-activedescendant") === "hosts-box-1", "the second one should be current");
	await page.keyboard.press("Enter");
	check(await field.inputValue() === "Bergen" && !(await box.isVisible()), "Enter chooses and closes");
	seen.posts.length = 0;
	await page.locator("#d-save").click();
	await page.waitForURL("**/kit");
	check(new URLSearchParams(seen.posts[0].body).get("host") === host_id(2), `posted ${seen.posts[0].body}`);
	await page.locator("#d-host").pressSequentially("zzz");
	await page.waitForSelector(".look .none");
	await page.keyboard.press("Escape");
	check(!(await box.isVisible()) && await field.inputValue() === "zzz", "Escape closes and keeps what was typed");
	await field.fill("berl");
	await page.locator(".look [role=option]").click();
	check(await field.inputValue() === "Berlin <b>Tech</b>", "by hand");
	await field.pressSequentially("x");
	seen.posts.length = 0;
	await Promise.all([page.waitForResponse((r) => r.url().endsWith("/notes/edit")), page.locator("#d-save").click()]);
	check(new URLSearchParams(seen.posts[0].body).get("host") === "Berlin <b>Tech</b>x", "what was changed afterwards goes as typed");
});

await test("without the script a record is typed with the browser's own list", async (start) => {
	const page = await start({ javaScriptEnabled: false });
	check(await page.locator("#d-host").getAttribute("list") === "hosts" && await page.locator("#hosts option").count() === 1, "no list");
});

await test("on paper: no navigation, light, nothing cut", async (start) => {
	const page = await start({ colorScheme: "dark" });
	await page.emulateMedia({ media: "print" });
	check(!(await page.locator(".side").isVisible()) && !(await page.locator(".toasts").isVisible()), "navigation on paper");
	check(await page.evaluate(() => getComputedStyle(document.body).color) === "rgb(0, 0, 0)", "dark paper");
	check(await page.locator(".list .c3").first().isVisible(), "hidden columns must come back");
});

await browser.close();
server.close();
console.log(`1..${number}`);
process.exit(failed ? 1 : 0);
