// Forms: focus on what was refused, files by drop, choices kept without a reload, copying, closing.
// .errs · .drop[data-drop] (data-drop="send" sends at once) with .name · form[data-pref] · [data-copy] with data-copied · [data-dismiss]
// form[data-send]: a choice sends it at once (its legend says so); without the script its button does.
import { $, $$, post, say } from "./dom.js";

function drop(zone) {
	const input = $("input[type=file]", zone), name = $(".name", zone);
	const show = () => {
		if (name) name.textContent = [...input.files].map((file) => file.name).join(", ");
		if (zone.dataset.drop === "send" && input.files.length) zone.closest("form").requestSubmit();
	};
	const over = (on) => (event) => {
		event.preventDefault();
		zone.classList.toggle("over", on);
	};
	zone.addEventListener("dragenter", over(true));
	zone.addEventListener("dragover", over(true));
	zone.addEventListener("dragleave", (event) => zone.contains(event.relatedTarget) || over(false)(event));
	zone.addEventListener("drop", (event) => {
		over(false)(event);
		const files = event.dataTransfer.files;
		if (!files.length || (files.length > 1 && !input.multiple)) return;
		input.files = files;
		show();
	});
	input.addEventListener("change", show);
}

// <form data-pref="theme"> with buttons name=theme value=dark: the page follows at once, the server keeps it in a cookie.
async function prefer(event) {
	const form = event.target.closest("form[data-pref]"), button = event.submitter;
	if (!form || !button) return;
	event.preventDefault();
	if (!(await post(form, button))) return form.submit();
	const root = document.documentElement, name = form.dataset.pref;
	if (button.value) root.setAttribute(`data-${name}`, button.value);
	else root.removeAttribute(`data-${name}`);
	$$("button", form).forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
}

async function copy(button) {
	try {
		await navigator.clipboard.writeText(button.dataset.copy);
		if (button.dataset.copied) say(button.dataset.copied);
		button.classList.add("copied");
		setTimeout(() => button.classList.remove("copied"), 2000);
	} catch {
		getSelection().selectAllChildren($(button.dataset.copyFrom || "[data-copy-from]") ?? button);
	}
}

export function forms() {
	const errors = $(".errs");
	if (errors) {
		errors.tabIndex = -1;
		errors.focus();
	}
	$$("[data-drop]").forEach(drop);
	// A file that misses the zone must not replace the page.
	if ($("[data-drop]")) for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
	document.addEventListener("submit", prefer);
	document.addEventListener("change", (event) => event.target.type === "radio" && event.target.closest("form[data-send]")?.requestSubmit());
	document.addEventListener("click", (event) => {
		const button = event.target.closest("[data-copy]");
		if (button) copy(button);
		event.target.closest("[data-dismiss]")?.closest("[data-toast], .note").remove();
	});
}
