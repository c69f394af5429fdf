// What is being typed is kept in this browser until it is saved, and comes back with a note.
// form[data-draft=key]: its fields that differ from the page; never passwords, files, hidden fields or [data-no-draft].
// Words: [data-draft-note] appears once something is kept; data-restored "From {time}" and data-leave for the note and its button.
// form[data-forget=reader], the sign-out of every page: whose drafts may stay here; sending it forgets all of them.
import { $, $$, fill, icon, make, say } from "./dom.js";

let signed_out = false;
const PREFIX = "draft:", WAIT_MS = 400, LIFE_MS = 7 * 24 * 3600 * 1000;
const REFUSED = /^(password|file|hidden|submit|button|reset|image)$/;

function keys() {
	try {
		return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
	} catch {
		return []; // storage is switched off
	}
}

function read(key) {
	try {
		return JSON.parse(localStorage.getItem(key));
	} catch {
		return null;
	}
}

function write(key, draft) {
	try {
		localStorage.setItem(key, JSON.stringify(draft));
		return true;
	} catch {
		return false; // full, or switched off
	}
}

const forget = (key) => {
	try {
		localStorage.removeItem(key);
	} catch {} // nothing was kept
};

const controls = (form) => [...form.elements].filter((control) => control.name && !REFUSED.test(control.type) && !("noDraft" in control.dataset) && control.matches("input, select, textarea"));
const ticks = (control) => control.type === "checkbox" || control.type === "radio";
const name_of = (control) => (ticks(control) ? `${control.name}=${control.value}` : control.name);
const value_of = (control) => (ticks(control) ? control.checked : control.value);

function untouched(control) {
	if (ticks(control)) return control.checked === control.defaultChecked;
	if (control.tagName !== "SELECT") return control.value === control.defaultValue;
	const first = [...control.options].find((option) => option.defaultSelected) ?? control.options[0];
	return control.value === (first?.value ?? "");
}

function put(control, value) {
	if (ticks(control)) control.checked = value === true;
	else if (control.tagName !== "SELECT" || [...control.options].some((option) => option.value === value)) control.value = value;
}

function note(form, draft, dropped) {
	const time = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeStyle: "short" }).format(draft.at);
	const text = fill(form.dataset.restored ?? "{time}", { time });
	const drop = make("button", { class: "btn tight end", type: "button" }, form.dataset.leave ?? "×");
	const line = make("div", { class: "note", "data-draft-restored": "" }, icon("history"), make("span", {}, text), drop);
	drop.addEventListener("click", () => {
		dropped();
		form.reset();
		line.remove();
		controls(form)[0]?.focus();
	});
	form.prepend(line);
	say(text);
}

function keep(form, reader) {
	const key = `${PREFIX}${reader}:${form.dataset.draft}`, hint = $("[data-draft-note]", form);
	const kept = read(key), base = new Set(Object.keys(kept?.fields ?? {}));
	let timer, restored = false;
	if (kept) {
		for (const control of controls(form)) {
			const value = kept.fields[name_of(control)];
			if (value === undefined || value === value_of(control)) continue;
			put(control, value);
			restored = true;
		}
		if (restored)
			note(form, kept, () => {
				base.clear();
				forget(key);
			});
		write(key, { ...kept, sent: false });
	}
	const save = () => {
		clearTimeout(timer);
		if (signed_out) return;
		const changed = controls(form).filter((control) => base.has(name_of(control)) || !untouched(control));
		if (!changed.length) return forget(key);
		const fields = Object.fromEntries(changed.map((control) => [name_of(control), value_of(control)]));
		if (write(key, { at: Date.now(), path: new URL(form.action).pathname, fields }) && hint) hint.hidden = false;
	};
	const later = () => {
		clearTimeout(timer);
		timer = setTimeout(save, WAIT_MS);
	};
	form.addEventListener("input", later);
	form.addEventListener("change", later);
	addEventListener("pagehide", () => timer && !read(key)?.sent && save());
	// Saved is what leads elsewhere; a refusal shows the form again under its own address.
	form.addEventListener("submit", () => {
		save();
		timer = undefined;
		const draft = read(key);
		if (draft) write(key, { ...draft, sent: true });
	});
}

export function draft() {
	const out = $("form[data-forget]"), reader = out?.dataset.forget ?? "";
	for (const key of keys()) {
		const kept = read(key);
		const saved = kept?.sent && kept.path !== location.pathname;
		const old = !kept?.fields || Date.now() - kept.at > LIFE_MS;
		if (saved || old || (reader && !key.startsWith(`${PREFIX}${reader}:`))) forget(key);
	}
	if (reader) $$("form[data-draft]").forEach((form) => keep(form, reader));
	$$("form[data-forget]").forEach((form) => form.addEventListener("submit", () => {
		signed_out = true;
		keys().forEach(forget);
	}));
}
