// The journeys in a real browser over the demo school: J1 (a student finds, understands, applies), J2 (the office runs the campaign), J12 (from an
// empty place to a signed-in demo), with click budgets and by pointer; journey_campaign.mjs takes every other way, pages.mjs audits the pages.
//
// usage: node journeys.mjs PASSERELLE   (prints TAP; skips when there is no Chromium)
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
if (!existsSync(CHROMIUM)) {
	console.log('1..0 # SKIP no chromium at ' + CHROMIUM);
	process.exit(0);
}
const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');

let count = 0, failed = 0;
function check(ok, name, detail) {
	count++;
	if (!ok) failed++;
	console.log(`${ok ? 'ok' : 'not ok'} ${count} - ${name}`);
	if (!ok && detail) console.log('# ' + String(detail).replaceAll('\n', '\n# '));
}

const dir = mkdtempSync(join(tmpdir(), 'passerelle-journeys-'));
const program = spawn(process.argv[2], ['demo', '--data', join(dir, 'demo'), '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
const accounts = {};
let base, said = '';
program.stderr.on('data', d => (said += d));
await new Promise((resolve, reject) => {
	let out = '';
	program.stdout.on('data', d => {
		out += d;
		for (const m of out.matchAll(/^account (\S+) (\S+) (\S+)$/gm)) accounts[m[1]] = [m[2], m[3]];
		const m = out.match(/^listening (\S+)$/m);
		if (m) {
			base = m[1];
			resolve();
		}
	});
	program.on('exit', code => reject(new Error(`demo ended with ${code}: ${said}`)));
});

const browser = await chromium.launch({
	executablePath: CHROMIUM,
	args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});

async function open(role, { width = 1280, lang = 'fr', dark = false, scripts = true } = {}) {
	const context = await browser.newContext({
		viewport: { width, height: 900 }, locale: lang === 'fr' ? 'fr-FR' : 'en-GB', colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: scripts });
	const page = await context.newPage();
	page.setDefaultTimeout(20000);
	page.errors = [];
	page.on('pageerror', e => page.errors.push(e.message));
	page.on('console', m => m.type() === 'error' && page.errors.push(m.text()));
	await page.goto(base + '/sign-in');
	await page.fill('input[name=email]', accounts[role][0]);
	await page.fill('input[name=password]', accounts[role][1]);
	await Promise.all([page.waitForURL(u => !u.pathname.startsWith('/sign-in')), page.locator('main form button').first().click()]);
	await page.goto(base + `/language/${lang}?back=%2F`);
	return page;
}

// One act of a person, counted.
async function click(page, locator) {
	page.clicks = (page.clicks || 0) + 1;
	await locator.first().click();
	await page.waitForLoadState('load');
}

try {
	check(Object.keys(accounts).length >= 4, 'J12: the demo prints its accounts and listens');

	// J1, in French, with a pointer.
	const student = await open('student');
	await student.goto(base + '/');
	await click(student, student.locator('a', { hasText: 'Trouver un séjour' }));
	check(await student.locator('.chip.on', { hasText: 'Je peux partir' }).count() === 1, 'J1: "I can go" is on');
	for (let i = 0; i < 3; i++) {
		const before = await student.locator('.starb.on').count();
		await click(student, student.locator('.starb:not(.on)'));
		await student.waitForFunction(n => document.querySelectorAll('.starb.on').length > n, before);
	}
	await click(student, student.getByText('Classer et candidater', { exact: false }));
	check(await student.locator('.rank li, ol li').count() >= 3, 'J1: the order is that of starring');
	await click(student, student.locator('main details summary'));
	check(/€/.test(await student.locator('main details[open]').first().innerText()), 'J1: the cost line opens with its amounts');
	await click(student, student.locator('main').getByText('Continuer', { exact: true }));
	const fields = await student.locator('main select, main input[type=radio], main input:not([type=hidden]):not([type=checkbox])').count();
	check(fields >= 0 && !(await student.locator('main input[name=email], main input[name=family]').count()), 'J1: nothing that is known is asked');
	if (await student.locator('main select').count()) await student.locator('main select').first().selectOption({ index: 1 });
	else if (await student.locator('main input[type=radio]').count()) await student.locator('main input[type=radio]').first().check();
	await click(student, student.locator('main button.p'));
	await student.waitForURL(/\/applications\//);
	check(/D-\d{4}-\d{4}/.test(await student.locator('h1').innerText()), 'J1: a receipt with its number');
	const [ics] = await Promise.all([student.waitForEvent('download'), click(student, student.getByText('Ajouter les échéances', { exact: false }))]);
	check(readFileSync(await ics.path(), 'utf8').startsWith('BEGIN:VCALENDAR'), 'J1: the deadlines go to the calendar');
	check(student.clicks <= 9, `J1 in ${student.clicks} clicks (at most 9)`);
	const pdf = await student.request.get(base + await student.locator('a[href$=".pdf"]').first().getAttribute('href'));
	check((await pdf.body()).subarray(0, 5).toString() === '%PDF-', 'J1: the receipt is a PDF');
	await student.goto(base + '/stays/find?all=1');
	check(await student.locator('.why').count() > 0 && /Vous pourr/.test(await student.locator('main').innerText()), 'J1: what is not possible says what would change it');

	// The same by keyboard alone: the list is reached, a choice moved, and sent again.
	await student.goto(base + '/stays/rank');
	let found = false;
	for (let i = 0; i < 60 && !found; i++) {
		await student.keyboard.press('Tab');
		found = await student.evaluate(() => /Continuer/.test(document.activeElement?.innerText || ''));
	}
	check(found, 'J1: the act is reached by keyboard');
	await student.keyboard.press('Enter');
	await student.waitForLoadState('load');
	check(/\/stays\/(apply|rank)/.test(student.url()), 'J1: Enter goes on');
	await student.context().close();

	// Without scripts, at 320 px, in English: the same acts as form posts.
	const plain = await open('student', { width: 320, lang: 'en', scripts: false });
	await plain.goto(base + '/stays/find');
	const stars = await plain.locator('.starb.on').count();
	await plain.locator('.starb:not(.on)').first().click();
	await plain.waitForLoadState('load');
	check(await plain.locator('.starb.on').count() === stars + 1, 'J1 without scripts: a star is a post');
	await plain.goto(base + '/stays/rank');
	check(await plain.locator('main form button').count() > 2, 'J1 without scripts: choices move by buttons');
	await plain.context().close();

	// J2.
	const office = await open('office');
	await office.goto(base + '/');
	await click(office, office.locator('main a', { hasText: 'Vérifier les dossiers' }));
	const files = new URL(office.url()).pathname;
	check(/\/campaigns\/[^/]+\/files/.test(files), 'J2: from the home to the files');
	const gaps = await office.locator('main tbody tr').count();
	check(gaps > 0 && gaps < 30, `J2: ${gaps} exceptions only`);
	await click(office, office.locator('main button', { hasText: /Demander/ }));
	await click(office, office.locator('main a', { hasText: 'Attribuer' }));
	await click(office, office.locator('.mech'));
	await office.waitForFunction(() => document.querySelector('.mech input:checked') && /Annuler l/.test(document.body.innerText));
	await click(office, office.locator('main tbody a').nth(1));
	await office.waitForLoadState('load');
	check(await office.locator('.why').count() > 0, "J2: one student's reasons");
	await click(office, office.locator('a, button', { hasText: /^Publier/ }));
	const promise = await office.locator('main button.p').first().innerText();
	check(/\d+ messages? part/.test(promise), `J2: the confirmation counts what leaves: ${promise}`);
	check(!/^Publier 0/.test(await office.locator('h1').innerText()), 'J2: the placements are counted');
	await click(office, office.locator('main button.p'));
	await office.waitForURL(/answers/);
	check(office.clicks <= 8, `J2 in ${office.clicks} clicks (at most 8)`);
	await office.context().close();
} catch (e) {
	check(false, 'the journeys run to their end', e.stack);
} finally {
	await browser.close();
	program.kill('SIGTERM');
	const code = await new Promise(resolve => (program.exitCode !== null ? resolve(program.exitCode) : program.on('exit', resolve)));
	check(code === 0, 'the program ends cleanly', `${code} ${said.slice(-2000)}`);
	rmSync(dir, { recursive: true, force: true });
}
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
