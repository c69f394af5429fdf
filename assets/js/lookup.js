// A field that names another record finds it while one types: input[list] with its <datalist data-lookup=address>. The address and
// &q= give [{label, under, href}], best first; what is chosen goes as the id at the end of its href, what is only typed as it is.
// Without the script the list of the browser stays. Words: data-none, data-found "{n} found".
import { $, $$, fill, make, ours, plural, say } from "./dom.js";

const WAIT_MS = 120;
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function begin(source) {
	const input = $(`input[list="${CSS.escape(source.id)}"]`);
	if (!input) return;
	const id = `${source.id}-box`;
	const list = make("ul", { role: "listbox", id, "aria-label": $(`label[for="${CSS.escape(input.id)}"]`)?.firstChild?.textContent.trim() ?? "" });
	const first = [...source.querySelectorAll("option")].map((option) => ({ label: option.value, id: option.dataset.id }));
	let timer, request, chosen = null;

	input.removeAttribute("list");
	for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id })) input.setAttribute(name, value);
	list.hidden = true;
	const box = make("span", { class: "look" });
	input.replaceWith(box);
	box.append(input, list);

	const options = () => $$("[role=option]", list);
	const current = () => options().find((option) => option.getAttribute("aria-selected") === "true");
	const select = (option) => {
		current()?.setAttribute("aria-selected", "false");
		if (!option) return input.removeAttribute("aria-activedescendant");
		option.setAttribute("aria-selected", "true");
		option.scrollIntoView({ block: "nearest" });
		input.setAttribute("aria-activedescendant", option.id);
	};
	const close = () => {
		clearTimeout(timer);
		request?.abort();
		list.hidden = true;
		input.setAttribute("aria-expanded", "false");
		select(null);
	};
	const show = (found) => {
		list.replaceChildren(...found.map((item, i) => {
			const option = make("li", { role: "option", id: `${id}-${i}`, "aria-selected": "false" }, make("span", {}, item.label));
			if (item.id) option.dataset.id = item.id;
			if (item.under) option.append(make("span", { class: "u" }, item.under));
			return option;
		}));
		const words = found.length ? plural(source, found.length) ?? source.dataset.found : source.dataset.none;
		if (!found.length && words) list.append(make("li", { class: "none", role: "presentation" }, words));
		list.hidden = false;
		input.setAttribute("aria-expanded", String(found.length > 0));
		select(null);
		if (words) say(fill(words, { n: found.length }));
	};
	const ask = async () => {
		const q = input.value.trim();
		request?.abort();
		if (!q) return show(first);
		request = new AbortController();
		const address = new URL(source.dataset.lookup, location.href);
		address.searchParams.set("q", q);
		try {
			const response = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
			if (!response.ok) throw new Error(String(response.status));
			const found = (await response.json()).filter((item) => ours(item.href) && ID.test(item.href));
			if (document.activeElement === input) show(found.map((item) => ({ ...item, id: ID.exec(item.href)[0] })));
		} catch (error) {
			if (error.name !== "AbortError") close(); // the name can still be typed in full
		}
	};
	const pick = (option) => {
		input.value = option.firstElementChild.textContent;
		chosen = option.dataset.id ? { id: option.dataset.id, label: input.value } : null;
		close();
		input.dispatchEvent(new Event("change", { bubbles: true }));
	};

	input.addEventListener("input", () => {
		clearTimeout(timer);
		if (!input.value.trim()) return close();
		timer = setTimeout(ask, WAIT_MS);
	});
	input.addEventListener("keydown", (event) => {
		const all = options(), at = all.indexOf(current()), open = !list.hidden;
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			event.preventDefault();
			if (!open) ask();
			else if (all.length) select(all[(event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1 + all.length) % all.length]);
		} else if (event.key === "Enter" && open && at >= 0 && !event.isComposing) {
			event.preventDefault();
			pick(all[at]);
		} else if (event.key === "Escape" && open) {
			event.preventDefault();
			event.stopPropagation();
			close();
		}
	});
	input.addEventListener("blur", close);
	list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
	list.addEventListener("click", (event) => {
		const option = event.target.closest("[role=option]");
		if (option) pick(option);
	});
	// Two records may bear one name: the id says which.
	input.form?.addEventListener("formdata", (event) => {
		if (chosen && input.value === chosen.label) event.formData.set(input.name, chosen.id);
	});
	input.form?.addEventListener("reset", () => (chosen = null));
}

export function lookup() {
	$$("datalist[data-lookup]").forEach(begin);
}
