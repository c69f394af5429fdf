// Menus are <details data-menu>: one open at a time, closed by Escape and by a click elsewhere.
// A form[data-auto] inside one is sent when its menu closes with a changed answer; Escape takes the changes back.

const open = () => document.querySelectorAll("details[data-menu][open]");

function close(menu, { send }) {
	const form = menu.querySelector("form[data-auto]");
	menu.open = false;
	if (!form || !form.dataset.changed) return;
	delete form.dataset.changed;
	if (send) form.requestSubmit();
	else form.reset();
}

// A menu near the edge opens towards the middle.
function fit(menu) {
	const panel = menu.querySelector(".panel");
	if (!menu.open || !panel || getComputedStyle(panel).position === "fixed") return;
	if (panel.getBoundingClientRect().right > document.documentElement.clientWidth) menu.classList.add("end");
}

export function menus() {
	document.addEventListener("toggle", (event) => event.target.matches?.("details[data-menu]") && fit(event.target), true);
	open().forEach(fit);
	document.addEventListener("click", (event) => {
		for (const menu of open()) if (!menu.contains(event.target)) close(menu, { send: true });
	});
	document.addEventListener("keydown", (event) => {
		if (event.key !== "Escape") return;
		for (const menu of open()) {
			const held = menu.contains(document.activeElement);
			close(menu, { send: false });
			if (held) menu.querySelector("summary").focus();
		}
	});
	document.addEventListener("change", (event) => {
		const form = event.target.closest("form[data-auto]");
		if (form) form.dataset.changed = "1";
	});
	// Its own button closes a menu without a click elsewhere.
	document.addEventListener("click", (event) => {
		const menu = event.target.closest("details[data-menu] > summary")?.parentElement;
		if (menu?.open && menu.querySelector("form[data-auto][data-changed]")) {
			event.preventDefault();
			close(menu, { send: true });
		}
	});
}
