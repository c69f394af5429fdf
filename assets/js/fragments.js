// Parts of a page fetched again from the pages themselves, so that there is one way to draw them.
// a[data-fragment-menu]: the same address opens the menu in place. [data-poll=address]: a job, until its part no longer polls.
import { $, $$, page, say } from "./dom.js";

async function open_menu(link) {
	link.setAttribute("aria-busy", "true");
	try {
		const found = $("details[data-menu][open]", (await page(link.href)).document);
		if (!found) throw new Error("no menu");
		const menu = document.importNode(found, true);
		link.replaceWith(menu);
		($("input, select, button, a", $(".panel", menu) ?? menu) ?? $("summary", menu)).focus();
	} catch {
		location.assign(link.href);
	}
}

const FIRST_MS = 1000, LAST_MS = 5000;
async function follow(job) {
	const address = job.dataset.poll, id = $("progress", job)?.id;
	for (let wait = FIRST_MS; ; wait = Math.min(wait * 1.3, LAST_MS)) {
		await new Promise((done) => setTimeout(done, wait));
		if (document.hidden) await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
		let answer;
		try {
			answer = await page(address);
		} catch {
			continue; // the network or the server is away: keep what is shown and ask again
		}
		const now = $$("[data-poll]", answer.document).find((other) => $("progress", other)?.id === id);
		if (!now) return location.assign(answer.url);
		const next = document.importNode(now, true);
		if (!next.contains(document.activeElement) && !job.contains(document.activeElement)) {
			job.replaceWith(next);
			job = next;
		}
	}
}

export function fragments() {
	document.addEventListener("click", (event) => {
		const link = event.target.closest("a[data-fragment-menu]");
		if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
		event.preventDefault();
		open_menu(link);
	});
	$$("[data-poll]").forEach(follow);
	const toast = $("[data-toast]");
	if (toast) say($("span", toast)?.textContent ?? "");
}
