// No time-out without a warning: <dialog data-session="seconds left" data-warn="120" data-said="{n} minutes left"> with a form that
// posts to stay signed in and answers 2xx. Another page of the same reader that stays signed in tells this one.
import { $, fill, post, say } from "./dom.js";

export function session() {
	const dialog = $("dialog[data-session]");
	if (!dialog?.showModal) return;
	const life_ms = Number(dialog.dataset.session) * 1000, warn_ms = Number(dialog.dataset.warn || 120) * 1000;
	const others = window.BroadcastChannel ? new BroadcastChannel("session") : null;
	let timer;
	const arm = () => {
		clearTimeout(timer);
		if (dialog.open) dialog.close();
		timer = setTimeout(() => {
			dialog.showModal();
			if (dialog.dataset.said) say(fill(dialog.dataset.said, { n: Math.round(warn_ms / 60000) }));
			timer = setTimeout(() => location.reload(), warn_ms);
		}, Math.max(life_ms - warn_ms, 0));
	};
	dialog.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (!(await post(event.target, event.submitter))) return location.reload();
		others?.postMessage("kept");
		arm();
	});
	others?.addEventListener("message", arm);
	others?.postMessage("kept"); // this page was just served, so the session is fresh
	arm();
}
