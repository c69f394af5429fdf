// Selecting in a list: a box for all rows in the head, a range with Shift, and how many are ticked.
// form > [data-bulk-count] (its text, or data-one / data-other with {n}), table > th.pickcol, td.pickcol > input[name=id].
import { $, $$, fill, make, plural, say } from "./dom.js";

export function list() {
	for (const counter of $$("[data-bulk-count]")) {
		const form = counter.closest("form"), head = $("th.pickcol", form);
		const boxes = () => $$("tbody input[name=id]", form);
		if (!form || !boxes().length) continue;
		const word = counter.textContent;
		const all = make("input", { type: "checkbox", "aria-label": head?.textContent.trim() || word });
		head?.replaceChildren(all);
		let last = null, before = 0;

		const update = () => {
			const rows = boxes(), n = rows.filter((box) => box.checked).length;
			all.checked = n === rows.length;
			all.indeterminate = n > 0 && n < rows.length;
			counter.textContent = fill(plural(counter, n) ?? `${word} ({n})`, { n });
			if (n !== before) say(counter.textContent);
			before = n;
		};
		all.addEventListener("change", () => {
			boxes().forEach((box) => (box.checked = all.checked));
			update();
		});
		form.addEventListener("click", (event) => {
			const rows = boxes(), at = rows.indexOf(event.target);
			if (at < 0) return;
			const from = rows.indexOf(last);
			if (event.shiftKey && from >= 0)
				rows.slice(Math.min(from, at), Math.max(from, at) + 1).forEach((box) => (box.checked = event.target.checked));
			last = event.target;
			update();
		});
		form.addEventListener("change", (event) => event.target !== all && update());
		form.addEventListener("reset", () => setTimeout(update));
		if (boxes().some((box) => box.checked)) update(); // the browser kept ticks over a reload
	}
}
