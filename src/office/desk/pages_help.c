/* Help: why each page is there with one example, the glossary with old and new words of the programme, the keys; what is accessible
 * and what is not yet. */
#include "office/desk/pages.h"
#include "office/people/roles.h"
#include "platform/assets/assets.h"
#include "platform/assets/icons.h"
#include "platform/entity/actor.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/control.h"
#include "platform/web/widgets/shell.h"

static const struct topic {
	int title, why, example;
	const char *path;
	uint64_t roles; /* who finds something there; 0: everybody */
} topics[] = {
    {M_help_t_home, M_help_t_home_why, M_help_t_home_eg, "/", 0},
    {M_help_t_lists, M_help_t_lists_why, M_help_t_lists_eg, "/partners", ROLES_STAFF},
    {M_help_t_search, M_help_t_search_why, M_help_t_search_eg, "/search", 0},
    {M_help_t_imports, M_help_t_imports_why, M_help_t_imports_eg, "/imports", ROLES_EDIT},
    {M_help_t_batches, M_help_t_batches_why, M_help_t_batches_eg, "/batches", ROLES_EDIT},
    {M_help_t_mails, M_help_t_mails_why, M_help_t_mails_eg, "/mails", ROLES_EDIT},
    {M_help_t_agreements, M_help_t_agreements_why, M_help_t_agreements_eg, "/agreements", ROLES_STAFF},
    {M_help_t_accounts, M_help_t_accounts_why, M_help_t_accounts_eg, "/accounts", ROLE_ADMIN},
};

static const struct word {
	int term, text, old; /* old: 0 when there is no other word */
} glossary[] = {
    {M_help_g_alliance, M_help_g_alliance_text, M_help_g_alliance_old},
    {M_help_g_apprentice, M_help_g_apprentice_text, 0},
    {M_help_g_beneficiary, M_help_g_beneficiary_text, M_help_g_beneficiary_old},
    {M_help_g_bip, M_help_g_bip_text, M_help_g_bip_old},
    {M_help_g_cefr, M_help_g_cefr_text, 0},
    {M_help_g_partnership, M_help_g_partnership_text, M_help_g_partnership_old},
    {M_help_g_eche, M_help_g_eche_text, M_help_g_eche_old},
    {M_help_g_ects, M_help_g_ects_text, 0},
    {M_help_g_region, M_help_g_region_text, M_help_g_region_old},
    {M_help_g_iia, M_help_g_iia_text, M_help_g_iia_old},
    {M_help_g_isced, M_help_g_isced_text, 0},
    {M_help_g_la, M_help_g_la_text, 0},
    {M_help_g_pic, M_help_g_pic_text, 0},
    {M_help_g_placement, M_help_g_placement_text, M_help_g_placement_old},
};

static void topic_list(struct cx *cx, struct html *h)
{
	html_section_begin(h, "pages", tr(cx, M_help_pages), STR_NONE, NULL, STR_NONE);
	html_lit(h, "<dl class=\"sheet pad stack-s\">");
	for (size_t i = 0; i < ARRAY_LEN(topics); i++) {
		if (topics[i].roles && !actor_has(cx, topics[i].roles)) continue;
		html_lit(h, "<div><dt><b><a");
		html_url(h, "href", str_of(topics[i].path));
		html_lit(h, ">");
		html_tr_args(cx, h, topics[i].title, NULL);
		html_lit(h, "</a></b></dt><dd>");
		html_tr_args(cx, h, topics[i].why, NULL);
		html_lit(h, "<span class=\"u\">");
		html_tr(cx, h, M_help_example, ARG_M("text", topics[i].example));
		html_lit(h, "</span></dd></div>");
	}
	html_lit(h, "</dl>");
	html_section_end(h);
}

static void keys(struct cx *cx, struct html *h)
{
	static const struct {
		const char *key;
		int text;
	} list[] = {{"/", M_help_key_search},
	            {"Ctrl K", M_help_key_palette},
	            {"Tab", M_help_key_tab},
	            {"Enter", M_help_key_enter},
	            {"Esc", M_help_key_escape}};
	html_section_begin(h, "keys", tr(cx, M_help_keys), STR_NONE, NULL, STR_NONE);
	part_facts_begin(h);
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		html_lit(h, "<dt><kbd>");
		html_textz(h, list[i].key);
		html_lit(h, "</kbd></dt><dd>");
		html_tr_args(cx, h, list[i].text, NULL);
		html_lit(h, "</dd>");
	}
	part_facts_end(h);
	html_section_end(h);
}

static void in_lang(struct cx *cx, struct html *h, enum lang lang, int msg)
{
	html_lit(h, "<span");
	html_attr(h, "lang", str_of(lang_code(lang)));
	html_lit(h, ">");
	html_text(h, tr_lang(cx, lang, msg, NULL));
	html_lit(h, "</span>");
}

static void glossary_table(struct cx *cx, struct html *h)
{
	enum lang other = cx->lang == LANG_FR ? LANG_EN : LANG_FR;
	static const int labels[] = {M_help_g_word, M_help_g_other, M_help_g_meaning};
	static const char *const classes[] = {NULL, "c2", NULL};
	html_section_begin(h, "glossary", tr(cx, M_help_glossary), tr(cx, M_help_glossary_note), NULL, STR_NONE);
	html_table_begin(cx, h, tr(cx, M_help_glossary), labels, classes, 3);
	for (size_t i = 0; i < ARRAY_LEN(glossary); i++) {
		const struct word *w = &glossary[i];
		html_lit(h, "<tr><td><b>");
		in_lang(cx, h, cx->lang, w->term);
		html_lit(h, "</b>");
		if (w->old) {
			html_lit(h, "<span class=\"u\">");
			html_tr(cx, h, M_help_g_before, ARG_M("word", w->old));
			html_lit(h, "</span>");
		}
		html_lit(h, "</td><td class=\"c2\">");
		in_lang(cx, h, other, w->term);
		if (w->old) {
			html_lit(h, "<span class=\"u\">");
			in_lang(cx, h, other, w->old);
			html_lit(h, "</span>");
		}
		html_lit(h, "</td><td>");
		html_tr_args(cx, h, w->text, NULL);
		html_lit(h, "</td></tr>\n");
	}
	html_table_end(h);
	html_section_end(h);
}

static enum err help_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct page page = {.title = tr(cx, M_help_title), .lede = tr(cx, M_help_lede)};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<div class=\"cols\"><div class=\"stack\">");
	topic_list(cx, h);
	glossary_table(cx, h);
	html_lit(h, "</div><div class=\"stack\">");
	keys(cx, h);
	html_section_begin(h, "more", tr(cx, M_help_more), STR_NONE, NULL, STR_NONE);
	html_lit(h, "<ul class=\"stack-s\"><li><a href=\"/accessibility\">");
	html_tr(cx, h, M_help_a11y);
	html_lit(h, "</a></li><li><a");
	html_url(h, "href", str_of(asset_url(ASSET_LICENCES)));
	html_lit(h, ">");
	html_tr(cx, h, M_help_licences);
	html_lit(h, "</a></li></ul>");
	html_section_end(h);
	html_lit(h, "</div></div>");
	return page_end(cx, r, p, &page);
}

static enum err accessibility_get(struct cx *cx, const struct request *r, struct reply *p)
{
	static const int texts[][2] = {{M_help_a_state, M_help_a_state_text},
	                               {M_help_a_checked, M_help_a_checked_text},
	                               {M_help_a_missing, M_help_a_missing_text},
	                               {M_help_a_contact, M_help_a_contact_text}};
	static const char *const ids[] = {"state", "checked", "missing", "contact"};
	struct page page = {.title = tr(cx, M_help_a11y), .lede = tr(cx, M_help_a_lede)};
	struct html *h = page_begin(cx, r, p, &page);
	html_lit(h, "<div class=\"stack prose\">");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		html_section_begin(h, ids[i], tr_args(cx, texts[i][0], NULL), STR_NONE, NULL, STR_NONE);
		html_lit(h, "<p class=\"lede\">");
		html_tr_args(cx, h, texts[i][1], NULL);
		html_lit(h, "</p>");
		html_section_end(h);
	}
	html_lit(h, "</div>");
	return page_end(cx, r, p, &page);
}

const struct route help_routes[] = {
    {HTTP_GET, "/help", help_get, 0, NULL},
    {HTTP_GET, "/accessibility", accessibility_get, ROUTE_PUBLIC, NULL},
    {0},
};
