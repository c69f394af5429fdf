/* Messages: choice of language and plural, placeholders, problems as sentences. */
#include "platform/i18n/i18n.h"
#include "base/log.h"
#include "platform/i18n/catalogue.h"

enum { TEXT_CAP = 64 * 1024, WORD_DEPTH = 3 };

static const char *const lang_codes[LANG_COUNT] = {[LANG_FR] = "fr", [LANG_EN] = "en"};

const char *lang_code(enum lang lang)
{
	BUG_IF(lang >= LANG_COUNT);
	return lang_codes[lang];
}

bool lang_parse(struct str code, enum lang *out)
{
	struct str primary = str_trim(code);
	for (size_t i = 0; i < primary.len; i++)
		if (primary.ptr[i] == '-' || primary.ptr[i] == '_') primary.len = i;
	for (int i = 0; i < LANG_COUNT; i++) {
		if (!str_eq_nocase(primary, str_of(lang_codes[i]))) continue;
		*out = (enum lang)i;
		return true;
	}
	return false;
}

/* The weight of "fr;q=0.8" in thousandths (RFC 9110 12.4.2); a weight that cannot be read counts as 0. */
static int64_t accept_weight(struct str params)
{
	struct str param;
	while (str_split(&params, ';', &param)) {
		param = str_trim(param);
		if (!str_starts(param, STR("q=")) && !str_starts(param, STR("Q="))) continue;
		int64_t weight;
		if (!str_to_fixed(str_sub(param, 2, param.len), 3, &weight) || weight < 0 || weight > 1000) return 0;
		return weight;
	}
	return 1000;
}

enum lang lang_from_accept(struct str accept, enum lang fallback)
{
	enum lang best = fallback;
	int64_t best_weight = 0;
	struct str item;
	while (str_split(&accept, ',', &item)) {
		struct str range;
		if (!str_split(&item, ';', &range)) continue;
		enum lang lang = fallback;
		if (!str_is(str_trim(range), "*") && !lang_parse(range, &lang)) continue;
		int64_t weight = accept_weight(item);
		if (weight <= best_weight) continue;
		best = lang;
		best_weight = weight;
	}
	return best;
}

/* CLDR: French counts 0 and 1 as singular, English only 1. */
static bool is_singular(enum lang lang, int64_t n) { return lang == LANG_FR ? n >= -1 && n <= 1 : n == 1; }

static const struct msg_arg *find_arg(const struct msg_arg *args, struct str name)
{
	for (const struct msg_arg *arg = args; arg && arg->name; arg++)
		if (str_is(name, arg->name)) return arg;
	return NULL;
}

static struct str choose_form(enum lang lang, int msg, const struct msg_arg *args)
{
	const struct msg_forms *forms = &msg_catalogue[lang][msg];
	if (!str_present(forms->one)) return forms->other;
	const struct msg_arg *n = find_arg(args, STR("n"));
	return n && n->num != UNKNOWN && is_singular(lang, n->num) ? forms->one : forms->other;
}

static struct str translate(struct cx *cx, enum lang lang, int msg, const struct msg_arg *args, int depth);

static struct str arg_text(struct cx *cx, enum lang lang, const struct msg_arg *arg, int depth)
{
	if (arg->msg) return translate(cx, lang, arg->msg, NULL, depth + 1);
	if (arg->num == UNKNOWN) return arg->text;
	enum lang asked = cx->lang;
	cx->lang = lang;
	struct str text = number_text(cx, arg->num);
	cx->lang = asked;
	return text;
}

static struct str translate(struct cx *cx, enum lang lang, int msg, const struct msg_arg *args, int depth)
{
	BUG_IF(lang >= LANG_COUNT || msg < 0 || msg >= M_COUNT || depth > WORD_DEPTH);
	if (msg == M_NONE) return STR("");
	struct str rest = choose_form(lang, msg, args);
	if (msg_catalogue[lang][msg].plain) return rest;
	struct sb out;
	sb_init(&out, cx->arena, TEXT_CAP);
	while (rest.len) {
		size_t open = str_find_char(rest, '{');
		sb_add(&out, str_sub(rest, 0, open == STR_NPOS ? rest.len : open));
		if (open == STR_NPOS) break;
		rest = str_sub(rest, open, rest.len);
		size_t close = str_find_char(rest, '}');
		const struct msg_arg *arg = find_arg(args, str_sub(rest, 1, close - 1));
		/* A forgotten argument leaves its {name} in the page, where tests look for it. */
		sb_add(&out, arg ? arg_text(cx, lang, arg, depth) : str_sub(rest, 0, close + 1));
		rest = str_sub(rest, close + 1, rest.len);
	}
	return sb_str(&out);
}

struct str tr_lang(struct cx *cx, enum lang lang, int msg, const struct msg_arg *args) { return translate(cx, lang, msg, args, 0); }

struct str tr_args(struct cx *cx, int msg, const struct msg_arg *args) { return translate(cx, cx->lang, msg, args, 0); }

void html_tr_args(struct cx *cx, struct html *h, int msg, const struct msg_arg *args) { html_text(h, tr_args(cx, msg, args)); }

int msg_find(struct str key)
{
	int low = 1, high = M_COUNT - 1;
	while (low <= high) {
		int middle = low + (high - low) / 2;
		int order = str_cmp(msg_keys[middle], key);
		if (order == 0) return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return M_NONE;
}

/* The sentence that every problem of this kind can fall back on: M_error_not_found for "not-found". */
static int code_msg(struct cx *cx, enum err code)
{
	struct str key = str_fmt(cx->arena, "error_%s", err_name(code));
	char *name = arena_copy(cx->arena, key.ptr, key.len);
	for (size_t i = 0; i < key.len; i++)
		if (name[i] == '-') name[i] = '_';
	return msg_find((struct str){name, key.len});
}

struct str problem_text(struct cx *cx, const struct problem *p) { return tr_args(cx, p->msg ? p->msg : code_msg(cx, p->code), p->args); }
