// Parts of a page fetched again from the pages themselves, so that there is one way to draw them.
// form[data-swap="#a #b"]: sent without leaving the page; those parts come fresh from the page it leads to (data-said is spoken).
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

// The button that was pressed keeps the focus, in its new shape.
async function swap(form, submitter) {
	const parts = form.dataset.swap.split(" "), body = new FormData(form), at = submitter && $$("button", form).indexOf(submitter);
	if (submitter?.name) body.append(submitter.name, submitter.value);
	form.setAttribute("aria-busy", "true");
	try {
		const fresh = await page(form.action, { method: "POST", body: new URLSearchParams(body) });
		if (!$(`#${CSS.escape(form.id)}`, fresh.document)) throw new Error("no such part");
		if (form.dataset.said) say(form.dataset.said);
		for (const part of parts) {
			const now = $(part), next = $(part, fresh.document);
			if (now && next) now.replaceWith(document.importNode(next, true));
		}
		$$("button", document.getElementById(form.id))[at]?.focus();
	} catch {
		form.removeAttribute("data-swap"); // the plain way: the server says what is wrong
		form.requestSubmit(submitter);
	}
}

export function fragments() {
	document.addEventListener("submit", (event) => {
		const form = event.target.closest("form[data-swap]");
		if (!form) return;
		event.preventDefault();
		swap(form, event.submitter);
	});
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
