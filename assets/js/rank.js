// A ranked list: <ol class="rank" data-rank data-said="{name}: choice {n} of {total}"> of <li data-name> with .no, a .grip, and
// buttons [data-move=up|down] that post by themselves without the script. With it the rows move at once, by button, by grip and
// by Alt with the arrow keys, and the order of the hidden fields inside the rows is sent with the form (data-save posts it).
import { $, $$, fill, post, say } from "./dom.js";

const SAVE_MS = 600;

function ranked(list) {
	const rows = () => [...list.children];
	const form = list.closest("form");
	let timer;

	// A row may share the rank of the one above it (a ticked input named tie): ranks run from 1 without a gap.
	const number = () => {
		let rank = 0;
		rows().forEach((row, i) => {
			if (!i || !$("input[name=tie]:checked", row)) rank++;
			const no = $(".no", row);
			if (no) no.textContent = String(rank);
		});
	};
	const save = () => {
		if (!form || !("save" in list.dataset)) return;
		clearTimeout(timer);
		timer = setTimeout(async () => {
			if (!(await post(form))) form.submit(); // the server says what is wrong
		}, SAVE_MS);
	};
	const settled = (row) => {
		number();
		say(fill(list.dataset.said ?? "{name}: {n}/{total}", { name: row.dataset.name ?? "", n: rows().indexOf(row) + 1, total: rows().length }));
		save();
	};
	const move = (row, by) => {
		const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
		if (!other) return;
		const held = document.activeElement;
		if (by < 0) other.before(row);
		else other.after(row);
		settled(row);
		// At the end of the list its button hides: the other one takes the focus.
		held?.focus();
		if (row.contains(held) && getComputedStyle(held).visibility === "hidden") $(`[data-move=${by < 0 ? "down" : "up"}]`, row)?.focus();
	};

	list.addEventListener("click", (event) => {
		const button = event.target.closest("[data-move]");
		if (!button) return;
		event.preventDefault();
		move(button.closest("li"), button.dataset.move === "up" ? -1 : 1);
	});
	list.addEventListener("change", (event) => event.target.name === "tie" && number());
	list.addEventListener("keydown", (event) => {
		const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
		const row = event.target.closest("[data-rank] > li");
		if (!by || !event.altKey || !row) return;
		event.preventDefault();
		move(row, by);
	});
	list.addEventListener("pointerdown", (event) => {
		const row = event.target.closest(".grip")?.closest("li");
		if (!row || event.button) return;
		event.preventDefault();
		const start = rows().indexOf(row);
		row.classList.add("moving");
		const follow = ({ clientY }) => {
			const before = row.previousElementSibling, after = row.nextElementSibling;
			const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
			if (before && clientY < middle(before)) before.before(row);
			else if (after && clientY > middle(after)) after.after(row);
		};
		const end = () => {
			row.classList.remove("moving");
			removeEventListener("pointermove", follow);
			removeEventListener("pointerup", end);
			removeEventListener("pointercancel", end);
			if (rows().indexOf(row) !== start) settled(row);
		};
		addEventListener("pointermove", follow);
		addEventListener("pointerup", end);
		addEventListener("pointercancel", end);
	});
}

export const rank = () => $$("[data-rank]").forEach(ranked);
