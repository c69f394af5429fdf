/* Numbers, money and shares as people write them. French: thin no-break space between thousands, decimal comma, the
 * sign of a unit after a no-break space. English: comma between thousands, decimal point. */
#include "platform/i18n/i18n.h"

#define NBSP "\u00a0"
#define THIN "\u202f"
#define MINUS "\u2212"
#define DASH "\u2013"

enum { NUMBER_CAP = 256 };

enum { DIGITS_MAX = 20 };

/* At least `least` decimal digits of n at the end of `text`; lists write thousands of numbers, so not by printf. */
static size_t digits_of(uint64_t n, size_t least, char text[DIGITS_MAX])
{
	size_t len = 0;
	for (; n || len < least; n /= 10)
		text[DIGITS_MAX - ++len] = (char)('0' + n % 10);
	return len;
}

/* The digits of n in groups of three. */
static void put_grouped(struct sb *out, enum lang lang, uint64_t n)
{
	char text[DIGITS_MAX];
	size_t len = digits_of(n, 1, text), first = len % 3 ? len % 3 : 3;
	const char *at = text + DIGITS_MAX - len;
	sb_add(out, (struct str){at, first < len ? first : len});
	for (size_t done = first; done < len; done += 3) {
		sb_addz(out, lang == LANG_FR ? THIN : ",");
		sb_add(out, (struct str){at + done, 3});
	}
}

static uint64_t magnitude(int64_t n) { return n < 0 ? -(uint64_t)n : (uint64_t)n; }

static uint64_t power_of_ten(int digits)
{
	uint64_t p = 1;
	while (digits-- > 0)
		p *= 10;
	return p;
}

/* Fixed point with `digits` decimals, of which zeros at the end beyond `show` are left out. */
static void put_fixed(struct sb *out, enum lang lang, uint64_t n, int digits, int show)
{
	uint64_t unit = power_of_ten(digits);
	put_grouped(out, lang, n / unit);
	uint64_t part = n % unit;
	while (digits > show && part % 10 == 0) {
		part /= 10;
		digits--;
	}
	if (digits == 0) return;
	sb_char(out, lang == LANG_FR ? ',' : '.');
	char text[DIGITS_MAX];
	size_t len = digits_of(part, (size_t)digits, text);
	sb_add(out, (struct str){text + DIGITS_MAX - len, len});
}

struct str number_text(struct cx *cx, int64_t n) { return fixed_text(cx, n, 0, 0); }

struct str fixed_text(struct cx *cx, int64_t n, int digits, int show)
{
	if (n == UNKNOWN) return tr(cx, M_base_unknown);
	struct sb out;
	sb_init(&out, cx->arena, NUMBER_CAP);
	if (n < 0) sb_addz(&out, MINUS);
	put_fixed(&out, cx->lang, magnitude(n), digits, show);
	return sb_str(&out);
}

void html_number(struct cx *cx, struct html *h, int64_t n) { html_text(h, number_text(cx, n)); }

/* ISO 4217: the minor unit is a hundredth but for these. */
static int currency_digits(struct str code)
{
	static const struct {
		const char *code;
		int digits;
	} others[] = {{"BIF", 0}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"ISK", 0}, {"JPY", 0}, {"KMF", 0}, {"KRW", 0},
	              {"PYG", 0}, {"RWF", 0}, {"UGX", 0}, {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0},
	              {"BHD", 3}, {"IQD", 3}, {"JOD", 3}, {"KWD", 3}, {"LYD", 3}, {"OMR", 3}, {"TND", 3}};
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_is(code, others[i].code)) return others[i].digits;
	return 2;
}

/* Only signs that cannot be taken for another currency's; others keep their code. */
static struct str currency_sign(struct str code)
{
	if (str_is(code, "EUR")) return STR("€");
	if (str_is(code, "GBP")) return STR("£");
	return STR_NONE;
}

struct str money_text(struct cx *cx, int64_t minor, struct str currency)
{
	if (minor == UNKNOWN) return tr(cx, M_base_unknown);
	int digits = currency_digits(currency);
	bool cents = magnitude(minor) % power_of_ten(digits) != 0;
	struct str sign = currency_sign(currency);
	struct sb out;
	sb_init(&out, cx->arena, NUMBER_CAP);
	if (minor < 0) sb_addz(&out, MINUS);
	if (cx->lang == LANG_EN) {
		sb_add(&out, str_present(sign) ? sign : currency);
		if (!str_present(sign)) sb_addz(&out, NBSP);
	}
	put_fixed(&out, cx->lang, magnitude(minor), digits, cents ? digits : 0);
	if (cx->lang == LANG_FR) {
		sb_addz(&out, NBSP);
		sb_add(&out, str_present(sign) ? sign : currency);
	}
	return sb_str(&out);
}

struct str percent_text(struct cx *cx, int64_t num, int64_t den)
{
	if (den == 0) return STR(DASH);
	if (num == UNKNOWN || den == UNKNOWN) return tr(cx, M_base_unknown);
	bool negative = (num < 0) != (den < 0);
	unsigned __int128 share = (unsigned __int128)magnitude(num) * 200 / magnitude(den);
	uint64_t rounded = (uint64_t)((share + 1) / 2);
	struct sb out;
	sb_init(&out, cx->arena, NUMBER_CAP);
	if (negative && rounded) sb_addz(&out, MINUS);
	put_grouped(&out, cx->lang, rounded);
	sb_addz(&out, cx->lang == LANG_FR ? THIN "%" : "%");
	return sb_str(&out);
}
