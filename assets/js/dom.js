// Small helpers that all parts share.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// make("li", { role: "option" }, "text", child): attributes and children, never markup.
export function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	element.append(...children);
	return element;
}

// An icon of the sprite that the page already uses.
export function icon(name) {
	const sprite = ($("svg.i use") ?? $("svg use[href*='/sprite.']"))?.getAttribute("href")?.split("#")[0];
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	svg.setAttribute("class", "i");
	svg.setAttribute("aria-hidden", "true");
	if (!sprite) return svg;
	const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
	use.setAttribute("href", `${sprite}#${name}`);
	svg.append(use);
	return svg;
}

// Speaks to a screen reader; an empty region must stand in the page before its text changes.
let region;
export function say(text) {
	if (!region) document.body.append((region = make("p", { class: "vh", role: "status" })));
	region.textContent = "";
	setTimeout(() => (region.textContent = text), 50);
}

// "{n} of {total}" with its values; numbers as the language of the page writes them.
const language = document.documentElement.lang || "en";
const numbers = new Intl.NumberFormat(language);
export const fill = (template, values) =>
	template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? (typeof values[name] === "number" ? numbers.format(values[name]) : values[name]) : whole));
// data-one, data-other and so on, by the plural rules of the language.
export const plural = (element, n) => element.dataset[new Intl.PluralRules(language).select(n)] ?? element.dataset.other;

// The answer of a page of ours as a document; throws when it is not one.
export async function page(address, options = {}) {
	const response = await fetch(address, { ...options, headers: { "X-Fragment": "1", ...options.headers } });
	if (!response.ok) throw new Error(String(response.status));
	return { url: response.url, document: new DOMParser().parseFromString(await response.text(), "text/html") };
}

// A form sent without leaving the page; false when it was refused.
export async function post(form, submitter) {
	const body = new FormData(form);
	if (submitter?.name) body.append(submitter.name, submitter.value);
	try {
		return (await fetch(form.action, { method: "POST", body: new URLSearchParams(body), headers: { "X-Fragment": "1" } })).ok;
	} catch {
		return false;
	}
}

// Addresses of this site only.
export const ours = (href) => /^\/(?![/\\])/.test(href);
