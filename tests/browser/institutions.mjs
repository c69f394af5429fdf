// The institutions in a real browser: list, search, filter, sort, form, two people at one record, and a file dropped with the
// pointer, seen, applied and taken back.
import { Visit, check, same } from "./kit.mjs";

const names = (v) => v.page.locator("main table.list tbody a.t").allInnerTexts();
const FILE = "name,country,city,pic\nÉcole imaginaire de Lyon,FR,Lyon,999999991\nInstitut inventé,BE,Gand,999999992\n";

async function list(v) {
	await v.goto("/institutions");
	const all = await names(v);
	check(all.length >= 50, "the list shows a page of institutions", all.length);
	await v.type("#list-q", "budapest muszaki"); // no accent, two words
	await Promise.all([v.page.waitForURL(/q=budapest/), v.page.keyboard.press("Enter")]);
	same(await names(v), ["Budapesti Műszaki és Gazdaságtudományi Egyetem"], "words find without accents");

	await v.goto("/institutions");
	await v.page.locator(".list-tools a.chip", { hasText: "Country" }).click();
	await v.page.locator(".pop[open] .panel label", { hasText: "Japan" }).click();
	await v.press(v.find(".pop[open] .panel button.p"));
	check(/filter=country/.test(v.page.url()), "the address holds the filter", v.page.url());
	const japan = await v.page.locator("main table.list tbody tr").allInnerTexts();
	check(japan.length > 0 && japan.every((row) => row.includes("Japan")), "a filter from its menu", japan);
	check(await v.count(".chip.on:has-text('Japan')") === 1, "the filter stands as a chip");
	await v.press(v.find(".chip.on:has-text('Japan')"));
	same((await names(v)).length, all.length, "the chip takes the filter away");

	const city = v.page.locator("main table.list th a", { hasText: "City" });
	await v.press(city);
	const by_city = await v.page.locator("main table.list tbody tr td:nth-child(4)").allInnerTexts();
	const cities = by_city.map((c) => c.split("\n")[0]).filter((c) => c && c !== "–");
	same(cities, [...cities].sort((a, b) => a.localeCompare(b, "en", { sensitivity: "base" })), "a heading sorts");
	check(await v.find("main table.list th[aria-sort]").getAttribute("aria-sort") === "ascending", "the heading says so");
}

async function forms(v, other) {
	await v.goto("/institutions");
	await v.press(v.find("main table.list tbody a.t"));
	const record = new URL(v.page.url()).pathname, name = await v.find("h1").innerText();
	await v.press(v.find(`main a[href="${record}/edit"]`));
	await other.goto(`${record}/edit`);
	await v.type("#f-city", "Cité première");
	await v.press(v.find("form.one button.p, main form .form-acts button.p"));
	same(new URL(v.page.url()).pathname, record, "what was typed is saved");
	check((await v.find("main").innerText()).includes("Cité première"), "and shown");

	await other.type("#f-city", "Cité seconde");
	await other.press(other.find("form.one button.p, main form .form-acts button.p"));
	const text = await other.find("main").innerText();
	check(new URL(other.page.url()).pathname === `${record}/edit` && text.includes("Cité première"), `who saves an old version of ${name} is shown what changed`, text.slice(0, 600));
	check(await other.count("#f-city, [name=city]") > 0 && (await other.page.content()).includes("Cité seconde"), "and keeps what they typed");

	await v.goto("/institutions/new");
	await v.type("#f-pic", "12");
	await v.press(v.find("form.one button.p, main form .form-acts button.p"));
	check(await v.count(".errs a[href='#f-pic']") === 1, "a form refused links to its fields");
	check(await v.page.evaluate(() => document.activeElement?.classList.contains("errs") || document.activeElement?.closest(".errs") !== null), "and the focus is on what was refused");
	same(await v.find("#f-pic").inputValue(), "12", "no text is lost");
}

async function drop(v) {
	await v.goto("/imports");
	await v.page.selectOption("#f-kind", "institutions");
	const file = await v.page.evaluateHandle((text) => {
		const data = new DataTransfer();
		data.items.add(new File([text], "schools.csv", { type: "text/csv" }));
		return data;
	}, FILE);
	for (const type of ["dragenter", "dragover", "drop"]) await v.page.dispatchEvent(".drop", type, { dataTransfer: file });
	same(await v.find(".drop .name").innerText(), "schools.csv", "a file dropped is named");
	await v.press(v.find("main form button.p"));
	await v.page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
	const apply = v.page.locator("main form button.p").first();
	await apply.waitFor();
	check(/2/.test(await v.find("main").innerText()) && (await names_in_list(v)) === 0, "it is seen before anything is written");
	await v.look("import");
	await v.press(apply);
	const undo = v.page.locator("main button, .toast button", { hasText: /Undo/ }).first();
	await undo.waitFor();
	same(await names_in_list(v), 2, "applied: both are in the list");
}

// Asked apart, so that the page stays where it is.
async function names_in_list(v) {
	let n = 0;
	for (const pic of ["999999991", "999999992"]) n += (await (await v.context.request.get(`${v.base}/institutions?q=${pic}`)).text()).includes(">" + (pic.endsWith("1") ? "École imaginaire de Lyon" : "Institut inventé"));
	return n;
}

export async function institutions(server) {
	const v = await Visit.sign_in(server.base, server.accounts.office, { lang: "en" }), other = await Visit.sign_in(server.base, server.accounts.office, { lang: "en" });
	await list(v);
	await forms(v, other);
	await drop(v);
	await v.end();
	await other.end();
}
