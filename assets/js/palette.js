// The keyboard palette: "/" or Ctrl K. Grows out of form[data-palette], the search of every page: its address answers
// ?q=...&format=json with [{kind, label, href, icon}], best first. Words: the form's label; data-none when nothing is found;
// data-found "{n} found"; data-keys-move, data-keys-open, data-keys-close for the line of keys.
import { $, fill, icon, make, ours, plural, say } from "./dom.js";

const WAIT_MS = 120;
let dialog, input, list, none, form, timer, request;

function options() {
	return [...list.children];
}

function current() {
	return options().find((option) => option.getAttribute("aria-selected") === "true");
}

function select(option) {
	current()?.setAttribute("aria-selected", "false");
	if (!option) return input.removeAttribute("aria-activedescendant");
	option.setAttribute("aria-selected", "true");
	option.scrollIntoView({ block: "nearest" });
	input.setAttribute("aria-activedescendant", option.id);
}

function show(found) {
	list.replaceChildren(...found.filter((item) => ours(item.href)).map((item, i) => {
		const option = make("li", { role: "option", id: `pal-${i}`, "aria-selected": "false", "data-href": item.href },
			icon(item.icon || "search"), make("span", {}, item.label));
		if (item.kind) option.append(make("span", { class: "u" }, item.kind));
		return option;
	}));
	const n = list.children.length;
	input.setAttribute("aria-expanded", String(n > 0));
	select(list.firstElementChild);
	none.textContent = n || !input.value.trim() ? "" : (form.dataset.none ?? "");
	const found_text = n ? plural(form, n) ?? form.dataset.found : form.dataset.none;
	if (input.value.trim() && found_text) say(fill(found_text, { n }));
}

async function ask() {
	request?.abort();
	request = new AbortController();
	const address = new URL(form.action);
	address.search = new URLSearchParams({ q: input.value, format: "json" });
	try {
		const response = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
		show(response.ok ? await response.json() : []);
	} catch (error) {
		if (error.name !== "AbortError") show([]);
	}
}

function go(option, event) {
	const href = option?.dataset.href ?? `${form.getAttribute("action")}?q=${encodeURIComponent(input.value)}`;
	if (event.ctrlKey || event.metaKey) window.open(href, "_blank", "noopener");
	else location.assign(href);
	dialog.close();
}

function keys(event) {
	const all = options(), at = all.indexOf(current());
	const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 8, all.length - 1), PageUp: Math.max(at - 8, 0) }[event.key];
	if (to !== undefined && all.length) {
		event.preventDefault();
		select(all[(to + all.length) % all.length]);
	} else if (event.key === "Enter" && !event.isComposing) {
		event.preventDefault();
		go(current(), event);
	}
}

function hint(key, names) {
	return form.dataset[key] ? [make("span", {}, ...names.map((name) => make("kbd", {}, name)), " ", form.dataset[key])] : [];
}

function build() {
	const label = $("label", form)?.textContent ?? "";
	input = make("input", {
		type: "text", role: "combobox", "aria-label": label, "aria-controls": "pal-list", "aria-expanded": "false",
		"aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", placeholder: label, enterkeyhint: "go",
	});
	list = make("ul", { role: "listbox", id: "pal-list", "aria-label": label });
	none = make("p", { class: "none" });
	const line = [...hint("keysMove", ["↑", "↓"]), ...hint("keysOpen", ["Enter"]), ...hint("keysClose", ["Esc"])];
	dialog = make("dialog", { class: "pal", "aria-label": label }, make("div", { class: "q" }, icon("search"), input), list, none);
	if (line.length) dialog.append(make("p", { class: "hint", "aria-hidden": "true" }, ...line));
	input.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(ask, WAIT_MS);
	});
	input.addEventListener("keydown", keys);
	list.addEventListener("click", (event) => {
		const option = event.target.closest("li");
		if (option) go(option, event);
	});
	dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
	document.body.append(dialog);
}

const typing = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

export function palette() {
	form = $("form[data-palette]");
	if (!form || !window.HTMLDialogElement) return;
	document.addEventListener("keydown", (event) => {
		const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
		const control_k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
		if ((!slash && !control_k) || $("dialog[open]")) return;
		event.preventDefault();
		if (!dialog) build();
		input.value = "";
		show([]);
		dialog.showModal();
		ask();
	});
}
