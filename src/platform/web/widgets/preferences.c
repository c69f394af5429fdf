/* How a reader wants to see: language, theme, density. Kept in cookies, and the language in the session too. */
#include "platform/i18n/i18n.h"
#include "platform/web/csrf.h"
#include "platform/web/session.h"
#include "platform/web/widgets/shell.h"

enum { YEAR_S = 365 * 24 * 3600 };

/* Only an address of this site, so that the link cannot send anybody elsewhere. */
static struct str local_path(struct str back)
{
	bool local = back.len && back.ptr[0] == '/' && !str_starts(back, STR("//")) && str_find_char(back, '\\') == STR_NPOS;
	return local ? back : STR("/");
}

static enum err keep_language(struct cx *cx, const struct request *r, struct reply *p, enum lang lang)
{
	reply_cookie(cx, p, r, "lang", str_of(lang_code(lang)), YEAR_S);
	return r->session ? session_set_lang(cx, r, lang) : OK;
}

static enum err language_get(struct cx *cx, const struct request *r, struct reply *p)
{
	enum lang lang;
	if (!lang_parse(request_route(r, "lang"), &lang)) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(keep_language(cx, r, p, lang));
	return reply_redirect(cx, p, local_path(request_query(r, "back")));
}

struct choice {
	const char *name;
	int legend;
	struct {
		const char *value;
		int label;
	} options[4];
};
static const struct choice choices[] = {
    {"lang", M_page_pref_lang, {{"fr", M_lang_fr}, {"en", M_lang_en}}},
    {"theme", M_page_pref_theme, {{"", M_page_pref_system}, {"light", M_page_pref_light}, {"dark", M_page_pref_dark}}},
    {"density", M_page_pref_density, {{"", M_page_pref_comfortable}, {"compact", M_page_pref_compact}}},
};

static void choice_fieldset(struct cx *cx, struct html *h, const struct choice *choice, struct str current)
{
	html_lit(h, "<fieldset><legend>");
	html_tr(cx, h, choice->legend);
	html_lit(h, "</legend>");
	for (size_t i = 0; i < ARRAY_LEN(choice->options) && choice->options[i].label; i++) {
		struct str value = str_of(choice->options[i].value);
		html_lit(h, "<label class=\"pick\"><input type=\"radio\"");
		html_attr(h, "name", str_of(choice->name));
		html_attr(h, "value", value);
		html_flag(h, "checked", str_eq(value, current) || (value.len == 0 && current.len == 0));
		html_lit(h, "><span>");
		html_tr(cx, h, choice->options[i].label);
		html_lit(h, "</span></label>");
	}
	html_lit(h, "</fieldset>");
}

static enum err preferences_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct page page = {.title = tr(cx, M_page_preferences), .lede = tr(cx, M_page_pref_lede)};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<form class=\"one\" method=\"post\" action=\"/preferences\">");
	part_hidden(h, "csrf", csrf_token(cx, r, p));
	for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
		struct str current = request_cookie(r, choices[i].name);
		choice_fieldset(cx, h, &choices[i], i == 0 ? str_of(lang_code(cx->lang)) : current);
	}
	html_lit(h, "<p class=\"form-acts\"><button class=\"btn p\">");
	html_tr(cx, h, M_page_save);
	html_lit(h, "</button></p></form>");
	return page_end(cx, r, p, &page);
}

static void keep_choice(struct cx *cx, const struct request *r, struct reply *p, const struct choice *choice)
{
	struct str value = request_form(r, choice->name);
	for (size_t i = 0; i < ARRAY_LEN(choice->options) && choice->options[i].label; i++)
		if (str_is(value, choice->options[i].value)) reply_cookie(cx, p, r, choice->name, value, value.len ? YEAR_S : 0);
}

static enum err preferences_post(struct cx *cx, const struct request *r, struct reply *p)
{
	enum lang lang;
	if (lang_parse(request_form(r, "lang"), &lang)) {
		TRY(keep_language(cx, r, p, lang));
		cx->lang = lang;
	}
	keep_choice(cx, r, p, &choices[1]);
	keep_choice(cx, r, p, &choices[2]);
	flash_set(cx, r, p, tr(cx, M_page_saved), STR_NONE);
	return reply_redirect(cx, p, STR("/preferences"));
}

const struct route shell_routes[] = {
    {HTTP_GET, "/language/{lang}", language_get, ROUTE_PUBLIC, NULL},
    {HTTP_GET, "/preferences", preferences_get, 0, NULL},
    {HTTP_POST, "/preferences", preferences_post, 0, NULL},
    {0},
};
