// The journeys of a campaign in a browser, with their clicks counted: a student finds, understands and applies (at most 9); the office
// checks, allocates and publishes (at most 8). By pointer and by keyboard alone, at 1280 and 320 px, in French and English, with and
// without script, axe on every page. TAP.
//
//   node journey_campaign.mjs CAMPAIGN_TEST_SERVER            a fresh small campaign for each of the office's runs
//   BASE=http://127.0.0.1:8080 STUDENT=mail:password OFFICE=mail:password node journey_campaign.mjs     a program that serves already
//
// With BASE: STUDENT may apply to the campaign that is open; CAMPAIGN names the one of the office's journey (an id; default: the first
// tile), and what it publishes stays. OFFICE_BY=keyboard|no-script, OFFICE_WIDTH, OFFICE_LANG. SHOTS=FOLDER keeps pictures.
import { readFileSync } from "node:fs";
import { Visit, check, finish, served, skip } from "./kit.mjs";

const SERVER = process.argv[2];
let base = process.env.BASE;
if (!(base || SERVER)) skip("neither a server nor BASE is given");

// The test server signs in by name.
async function begin(who, options) {
	if (!SERVER) return Visit.sign_in(base, who.split(":"), options);
	const v = await Visit.begin(base, options);
	await v.goto(`/in?as=${who}&lang=${v.lang}`);
	return v;
}

/* J1 */
async function student(who, options) {
	const v = await begin(who, options), page = v.page;
	await page.goto(`${base}/preferences`); // anywhere else
	const nav = v.width > 900 ? "nav.d" : "nav.tabs-b";
	await v.press(v.find(`${nav} a[href^="/stays/find"]`)); // 1
	await v.look("find");
	check(await v.find(".chips .chip.on").count() > 0 && (await v.find(".chips .chip.on").getAttribute("href")).includes("all=1"), `“I can go” is on: ${v.name}`);
	const cards = await page.locator("ul.offers").first().locator("li.offer").count();
	check(cards >= 3, `three destinations at least: ${v.name}`, cards);
	check(await v.find(".yes").count() > 0, `a yes gives its values: ${v.name}`);
	const starred = await page.locator(".starb.on").count();
	for (let i = 0, done = starred; done < 3 && i < 10; i++) { // 2-4
		const star = page.locator(".offers").first().locator(".starb:not(.on)").first();
		const id = await star.evaluate((e) => e.form.id);
		await v.press(star, { leaves: !v.script });
		await page.locator(`#${id} .starb.on`).waitFor();
		done++;
		if (v.script) check(await page.evaluate((f) => document.activeElement?.form?.id === f, id), `the star keeps the focus: ${v.name}`);
		check(await page.locator("#wish li").count() === done, `the list grows: ${v.name}`);
	}
	v.clicks += starred; // as if starred now
	if (await page.locator(".why").count()) check(await v.find(".why .but").count() > 0, `a no says what would change it: ${v.name}`);
	await v.press(v.find(v.width > 900 ? "#wish a.btn.p" : "#dock a.btn.p")); // 5
	await v.look("rank");
	check(await page.locator("ol.rank > li").count() >= 3, `the order is set by starring: ${v.name}`);
	await v.press(v.find("ol.rank li:first-child summary"), { leaves: false }); // 6
	check(await v.find("ol.rank li:first-child .till table").isVisible(), `the cost line opens: ${v.name}`);
	await v.look("cost");
	await v.press(v.find("button[formaction='/stays/apply']")); // 7
	await v.look("apply");
	const fields = await page.locator("form.one .field").count();
	check(!(await page.locator("form.one input:not([type=hidden])").evaluateAll((all) => all.some((e) => e.value))), `no field asks for what is known: ${v.name}`, fields);
	for (const select of await page.locator("form.one select").all()) await select.selectOption({ index: 1 });
	for (const input of await page.locator("form.one input[type=email]").all()) await input.fill("nouvelle@escom.example");
	for (const input of await page.locator("form.one input[list]").all()) await input.fill("France (FR)");
	await v.press(v.find("form.one button.btn.p")); // 8
	check(/\/applications\/[0-9a-f-]{36}$/.test(new URL(page.url()).pathname), `a receipt: ${v.name}`, page.url());
	await v.look("receipt");
	const download = page.waitForEvent("download");
	await v.press(v.find("a[href$='/deadlines.ics']"), { leaves: false }); // 9
	const ics = readFileSync(await (await download).path(), "utf8");
	check(ics.startsWith("BEGIN:VCALENDAR") && ics.includes("DTSTART"), `deadlines for the calendar: ${v.name}`, ics);
	check(v.clicks <= 9, `a student applies in 9 clicks: ${v.clicks}, ${v.name}`);
	const pdf = await v.context.request.get(new URL(await v.find("a[href$='/receipt.pdf']").getAttribute("href"), base).href);
	check(pdf.ok() && (await pdf.body()).subarray(0, 5).toString() === "%PDF-", `the receipt on paper: ${v.name}`);
	await v.end();
}

/* J2 */
async function office(who, options) {
	const v = await begin(who, options), page = v.page;
	await page.goto(`${base}/`);
	const tile = process.env.CAMPAIGN ? `a.fig[href="/campaigns/${process.env.CAMPAIGN}"]` : "a.fig[href^='/campaigns/']";
	await v.press(v.find(tile)); // 1
	const campaign = new URL(page.url()).pathname;
	if (await page.locator(`form[action="${campaign}/close"] button`).count()) {
		await page.locator(`form[action="${campaign}/close"] button`).click(); // time passes: not a click of the journey
		await page.goto(base + campaign);
	}
	await v.look("campaign");
	await v.press(v.find(`.acts a[href="${campaign}/files"]`)); // 2
	await v.look("files");
	const ask = v.find(`form[action="${campaign}/ask"] button`);
	if (await ask.count()) {
		check(await v.find(".mailtext").isVisible(), `the mail is shown before it leaves: ${v.name}`);
		await v.press(ask); // 3
		check(await v.find(`form[action="${campaign}/ask/undo"]`).count() > 0, `asking can be undone: ${v.name}`);
		await v.look("asked");
	} else v.clicks++;
	await v.press(v.find(`main a.btn[href="${campaign}/allocate"]`)); // 4
	await v.look("allocate");
	const rules = page.locator("input[name=mechanism]");
	check(await rules.count() >= 2, `rules side by side: ${v.name}`, await rules.count());
	check(await page.locator("input[name=mechanism]:checked").count() === 0, `no rule is chosen beforehand: ${v.name}`);
	await v.press(rules.first(), { leaves: v.script, key: "Space" }); // 5
	if (!v.script) {
		const left = page.waitForEvent("load");
		await page.locator(`form[action="${campaign}/allocate"] button`).click(); // without script its button
		await left;
	}
	await v.look("allocated");
	check(await v.find(".proof a").count() > 0, `the certificate verifies: ${v.name}`);
	check(await v.find(`form[action="${campaign}/allocate/undo"]`).count() > 0, `the allocation can be undone: ${v.name}`);
	await v.press(v.find("table.list a.t")); // 6
	await v.look("reason");
	check(await v.find("#reason .why").count() > 0, `one student’s reasons: ${v.name}`);
	const publish = v.find(`.acts a.btn.p[href="${campaign}/publish"]`);
	await v.press(publish); // 7
	await v.look("publish");
	check(/\d/.test(await v.find(`form[action="${campaign}/publish"] button`).innerText()), `the act names how many mails leave: ${v.name}`);
	await v.press(v.find(`form[action="${campaign}/publish"] button`)); // 8
	check(new URL(page.url()).pathname === `${campaign}/answers`, `published: ${v.name}`, page.url());
	await v.look("answers");
	check(await v.find(".toast form").count() > 0, `the publication can be undone: ${v.name}`);
	check(v.clicks <= 8, `the office publishes in 8 clicks: ${v.clicks}, ${v.name}`);
	await v.end();
	return campaign;
}

/* After publication: the answer, the reasons, the stay. */
async function answer(who, options) {
	const v = await begin(who, options), page = v.page;
	await page.goto(`${base}/applications`);
	await v.look("applications");
	await v.press(v.find("table.list a.t"));
	await v.look("offer");
	const accept = v.find("form[action$='/accept'] button");
	if (await accept.count()) {
		await v.press(accept);
		check(new URL(page.url()).pathname === "/my/stay", `accepted, and there is a stay: ${v.name}`, page.url());
		await v.look("stay");
	} else if (process.env.CAMPAIGN) check(await v.find("#sent").count() > 0, `what was sent to another campaign stands: ${v.name}`);
	else check((await v.find("#offer").count()) > 0, `waiting, or over, and told so: ${v.name}`);
	await v.end();
}

// Pointer and keyboard, wide and narrow, with and without script, light and dark; both languages, each by keyboard alone too.
const ways = [{}, { width: 320, lang: "fr" }, { keyboard: true, lang: "fr" }, { keyboard: true, width: 320 }, { script: false },
	{ width: 320, script: false, lang: "fr" }, { dark: true }];
const office_ways = [{ lang: "fr" }, { keyboard: true }, { keyboard: true, width: 320, lang: "fr", dark: true }, { script: false }];

if (SERVER) {
	for (const way of office_ways)
		await served(SERVER, (data) => [data], async (server) => {
			base = server.base;
			if (way === office_ways[0]) for (const options of ways) await student("0", options);
			await office("office", way);
			if (way !== office_ways[0]) return;
			await answer("0", { lang: "fr" });
			await answer("0", { width: 320 });
		});
} else
	try {
		if (process.env.STUDENT) for (const options of ways) await student(process.env.STUDENT, options);
		if (process.env.OFFICE)
			await office(process.env.OFFICE, { keyboard: process.env.OFFICE_BY === "keyboard", script: process.env.OFFICE_BY !== "no-script",
				width: +(process.env.OFFICE_WIDTH ?? 1280), lang: process.env.OFFICE_LANG ?? "fr" });
		if (process.env.STUDENT && process.env.OFFICE) await answer(process.env.STUDENT, { lang: "fr" });
	} catch (e) {
		check(false, "the journey goes to its end", e.stack);
	}
await finish();
