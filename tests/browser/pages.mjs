// Every page that the program has, found by following links from each role's home, audited: axe, light and dark, 1280 and 320 px.
// The list of pages is the program's own (`passerelle describe`): one that no link leads to, and that is not named below with its
// reason, fails.
//
// usage: node pages.mjs PASSERELLE   (prints TAP; skips when there is no Chromium)
import { Visit, check, command, demo, finish, note, overflow, violations } from "./kit.mjs";
import { institutions } from "./institutions.mjs";

const PROGRAM = process.argv[2];
const ELSEWHERE = {
	"/school": "for who has accounts in two schools; the demo is one",
};

/* --- routes --- */

const described = JSON.parse(command(PROGRAM, "describe", "--json").out), routes = described.routes.filter((r) => r.method === "GET");
// What the generic pages refuse because the thing has no such act.
const refused = new Set(described.entities.flatMap((e) => [!e.creates && "/new", !e.changes && "/{id}/edit", !e.archives && "/{id}/archive"].filter(Boolean).map((tail) => `/${e.kind}${tail}`)));
const patterns = routes.map((r) => r.pattern).filter((p) => !p.startsWith("/api/") && !/\.(csv|xlsx|json|pdf|ics)$/.test(p) && !p.endsWith("/allocation/{file}") && p !== "/language/{lang}" && !refused.has(p));
const generic = new Set(routes.filter((r) => r.entity).map((r) => r.pattern));
const matchers = routes.map((r) => ({ pattern: r.pattern, literal: r.pattern.replace(/\{\w+\}/g, "").length, exp: new RegExp(`^${r.pattern.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`) }));
const pattern_of = (path) => matchers.filter((m) => m.exp.test(path)).sort((a, b) => b.literal - a.literal)[0]?.pattern;

/* --- crawl: by HTTP, with the session of the visit --- */

const PER_PATTERN = 4; // pages of one kind whose links are followed

async function crawl(v, starts) {
	const found = new Map(), followed = new Map(), seen = new Set(starts), queue = [...starts];
	while (queue.length) {
		const at = queue.shift(), pattern = pattern_of(at.split("?")[0]);
		if (!pattern || !patterns.includes(pattern) || (followed.get(pattern) ?? 0) >= PER_PATTERN) continue;
		followed.set(pattern, (followed.get(pattern) ?? 0) + 1);
		const reply = await v.context.request.get(v.base + at, { maxRedirects: 0 }), type = reply.headers()["content-type"] ?? "";
		if (reply.status() >= 500) check(false, `${at} answers`, reply.status());
		const to = reply.headers().location;
		if (to?.startsWith("/") && !seen.has(to)) seen.add(to), queue.push(to);
		if (reply.status() !== 200 || !type.startsWith("text/html")) continue;
		if (!found.has(pattern)) found.set(pattern, at);
		for (const [, href] of (await reply.text()).matchAll(/(?:href|action)="(\/(?!\/)[^"#]*)/g)) {
			const to = href.replaceAll("&amp;", "&");
			if (!seen.has(to)) seen.add(to), queue.push(to);
		}
	}
	return found;
}

/* --- audit --- */

const THEME = ["color-contrast", "target-size"]; // what another scheme and width can change
const audited = new Set();

async function audit(v, role, pattern, path) {
	const page = v.page, wrong = [];
	const reply = await page.goto(v.base + path);
	if (reply.status() !== 200) wrong.push(`answers ${reply.status()}`);
	wrong.push(...await violations(page));
	if (!audited.has(pattern)) {
		await page.setViewportSize({ width: 320, height: 700 });
		await page.emulateMedia({ colorScheme: "dark" });
		wrong.push(...(await violations(page, THEME)).map((x) => `dark, 320 px: ${x}`));
		const wide = await overflow(page);
		if (wide > 0) wrong.push(`scrolls sideways at 320 px: ${wide} px`);
		await page.setViewportSize({ width: 1280, height: 900 });
		await page.emulateMedia({ colorScheme: "light" });
	}
	audited.add(pattern);
	check(!wrong.length, `${role}: ${pattern}`, [path, ...wrong].join("\n"));
}

// Two pages at a time.
async function audit_all(v, role, found, only) {
	const list = [...found].filter(([pattern]) => !only || only(pattern));
	const second = Object.assign(Object.create(Object.getPrototypeOf(v)), v, { page: await v.context.newPage() });
	const work = async (visit) => {
		for (let next; (next = list.shift());) await audit(visit, role, ...next);
	};
	await Promise.all([work(v), work(second)]);
}

// The link of a mail that lets somebody choose a new password.
async function reset_link(server, office) {
	const out = await Visit.begin(server.base, { lang: "en" });
	await out.goto("/password");
	await out.type("input[name=email]", server.accounts.student[0]);
	await out.press(out.find("main form button"));
	for (let i = 0; i < 50; i++) {
		await office.goto("/mails");
		for (const href of await office.page.locator("main td a[href^='/mails/']").evaluateAll((all) => all.slice(0, 3).map((a) => a.getAttribute("href")))) {
			const link = (await (await office.context.request.get(server.base + href)).text()).match(/\/password\/[\w-]+/);
			if (link) return await out.end(), link[0];
		}
		await new Promise((done) => setTimeout(done, 200));
	}
	throw new Error("no mail with a link came");
}

// What is reached by acts, not by links.
const starts = {
	async student(v) {
		await v.goto("/stays/find");
		await v.press(v.find(".starb:not(.on)"), { leaves: false });
		await v.page.locator("#wish li").first().waitFor();
		await v.press(v.find("#wish a.btn.p"));
		const rank = v.page.url().slice(v.base.length);
		await v.press(v.find("button[formaction='/stays/apply']"));
		return [rank, v.page.url().slice(v.base.length)];
	},
	async office(v) {
		await v.goto("/campaigns/new");
		await v.type("[name=title]", "Brouillon");
		await v.page.selectOption("select[name=academic_year]", { index: 1 });
		for (const name of ["opens_ms", "closes_ms"]) await v.type(`[name=${name}]`, name === "opens_ms" ? "2027-01-04T08:00:00Z" : "2027-02-04T08:00:00Z");
		await v.type("[name=zone]", "Europe/Paris");
		await v.type("[name=max_choices]", "3");
		for (const name of ["activity", "scheme"]) await v.page.selectOption(`select[name=${name}]`, { index: 1 });
		await v.press(v.find("main form .form-acts button.p"));
		const draft = v.page.url().slice(v.base.length);
		await v.goto("/people");
		const person = (await v.find("main td a.t").getAttribute("href")).split("/").pop();
		await v.goto(`/identifiers/new?person=${person}`);
		await v.type("[name=value]", "9912345678");
		await v.page.selectOption("select[name=scheme]", { label: "Autre" });
		await v.press(v.find("main form .form-acts button.p"));
		return [draft, v.page.url().slice(v.base.length)];
	},
};

await demo(PROGRAM, async (server) => {
	for (const lang of ["fr", "en"]) {
		const v = await Visit.sign_in(server.base, server.accounts.office, { lang, keyboard: true, width: 320 });
		check(new URL(v.page.url()).pathname === "/" && (await v.find("html").getAttribute("lang")) === lang, `J12: signed in to the demo by keyboard alone, ${v.name}`);
		await v.look("home");
		await v.end();
	}
	await institutions(server);
	const homes = { office: "fr", director: "en", head: "fr", student: "en" }, reached = new Set();
	let link;
	for (const [role, lang] of Object.entries(homes)) {
		const v = await Visit.sign_in(server.base, server.accounts[role], { lang });
		if (role === "office") link = await reset_link(server, v);
		const found = await crawl(v, ["/", ...await starts[role]?.(v) ?? []]);
		for (const p of found.keys()) reached.add(p);
		note(`${role}: ${found.size} kinds of pages`);
		await audit_all(v, role, found, (p) => !audited.has(p) || !generic.has(p));
		await v.end();
	}
	const out = await Visit.begin(server.base, { lang: "fr" }), found = await crawl(out, ["/sign-in", link]);
	for (const p of found.keys()) reached.add(p);
	await audit_all(out, "signed out", found);
	const absent = await out.goto("/nothing-here"), wrong = await violations(out.page);
	check(absent.status() === 404 && !wrong.length, "the page that says what is not there", [absent.status(), ...wrong].join("\n"));
	await out.goto("/people");
	check(new URL(out.page.url()).pathname === "/sign-in", "who is not signed in is asked to", out.page.url());
	await out.end();
	note(`${audited.size} kinds of pages audited of ${patterns.length}; elsewhere: ${Object.entries(ELSEWHERE).map((e) => e.join(" ")).join("; ")}`);
	const missing = patterns.filter((p) => !reached.has(p) && !(p in ELSEWHERE));
	check(missing.length === 0, "links lead to every page", missing.join("\n"));
	const needless = Object.keys(ELSEWHERE).filter((p) => reached.has(p) || !patterns.includes(p));
	check(needless.length === 0, "nothing is excused that is reached", needless.join("\n"));
});
await finish();
