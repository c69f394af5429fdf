/* The statement board: sentences left, the figure of the open one right, the part's figures below. Without script. */
#include "office/strategy/pages.h"
#include "platform/assets/icons.h"
#include "platform/format/csv.h"
#include "platform/web/csrf.h"

/* --- addresses --- */

static void put(struct sb *b, const char *name, struct str value)
{
	static const char hex[] = "0123456789ABCDEF";
	if (str_blank(value)) return;
	sb_fmt(b, "%c%s=", str_find_char(sb_str(b), '?') == STR_NPOS ? '?' : '&', name);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];
		bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '_' || c == '.';
		if (plain)
			sb_char(b, (char)c);
		else
			sb_fmt(b, "%%%c%c", hex[c >> 4], hex[c & 15]);
	}
}

struct place {
	struct str section, year, figure;
	const struct sentence *sentence;
};

static struct str board_href(struct cx *cx, const struct board *b, const struct place *to)
{
	struct sb out;
	sb_init(&out, cx->arena, 2000);
	SB_LIT(&out, "/strategy");
	if (b->strategy != b->strategies[0]) put(&out, "v", b->strategy->code);
	if (to->sentence)
		put(&out, "s", uuid_text(cx->arena, to->sentence->row.id));
	else
		put(&out, "part", to->section);
	put(&out, "figure", to->figure);
	put(&out, "year", to->year);
	return sb_str(&out);
}

static struct str year_of(const struct board *b) { return b->years_len ? b->years[b->year]->code : STR_NONE; }
static struct str section_name(struct cx *cx, int64_t section) { return tr(cx, strategy_sections[section].label); }

/* --- sentences --- */

static void tabs(struct cx *cx, struct html *h, const struct board *b)
{
	html_lit(h, "<nav class=\"views\"");
	html_attr(h, "aria-label", tr(cx, M_strategy_parts));
	html_lit(h, ">");
	for (int64_t s = 0; s < SECTIONS; s++) {
		if (s < SECTION_P1 && !b->in_section[s] && s != b->section) continue; /* the five priorities always stand */
		html_lit(h, "<a");
		html_url(h, "href", board_href(cx, b, &(struct place){.section = str_of(strategy_sections[s].code), .year = year_of(b)}));
		if (s == b->section) html_lit(h, " aria-current=\"page\"");
		html_lit(h, ">");
		html_text(h, section_name(cx, s));
		html_lit(h, " <span class=\"n\">");
		html_int(h, (int64_t)b->in_section[s]);
		html_lit(h, "</span></a>");
	}
	html_lit(h, "</nav>\n");
}

/* As it stands, or in the reader's language when there is such a text. */
static struct str words_of(struct cx *cx, const struct sentence *s, bool *translated)
{
	*translated = !str_is(s->language, lang_code(cx->lang)) && !str_blank(s->translation);
	return *translated ? s->translation : s->text;
}

static void chip(struct cx *cx, struct html *h, const struct board *b, const struct board_sentence *s, const struct figure *f)
{
	bool behind = f->state == FIGURE_BEHIND;
	html_lit(h, "<a");
	html_attr(h, "class", behind ? STR("tag w") : f == b->figure && s == b->open ? STR("tag a") : STR("tag"));
	html_url(h, "href", board_href(cx, b, &(struct place){.sentence = s->sentence, .figure = f->indicator->code, .year = year_of(b)}));
	if (f == b->figure && s == b->open) html_lit(h, " aria-current=\"true\"");
	html_lit(h, ">");
	if (behind) part_icon(h, ICON_clock, true);
	html_tr(cx, h, behind ? M_strategy_chip_behind : M_strategy_chip, ARG_S("label", indicator_label(cx, f->indicator)),
	        ARG_S("value", figure_value(cx, f)));
	html_lit(h, "</a>");
}

static void sentence(struct cx *cx, struct html *h, const struct board *b, const struct board_sentence *s)
{
	bool open = s == b->open, translated;
	struct str text = words_of(cx, s->sentence, &translated);
	html_lit(h, "<li");
	if (open) html_lit(h, " class=\"cur\"");
	html_lit(h, "><span");
	html_attr(h, "class", s->len == 0 ? STR("s none") : open ? STR("s on") : STR("s"));
	html_lit(h, "><a");
	html_url(h, "href", board_href(cx, b, &(struct place){.sentence = s->sentence, .year = year_of(b)}));
	if (!translated && !str_is(s->sentence->language, lang_code(cx->lang))) html_attr(h, "lang", s->sentence->language);
	if (open) html_lit(h, " aria-current=\"true\"");
	html_lit(h, ">");
	html_text(h, text);
	html_lit(h, "</a></span><p class=\"chipsline\">");
	for (size_t i = 0; i < s->len; i++)
		chip(cx, h, b, s, s->figures[i]);
	if (s->len == 0) {
		html_lit(h, "<span class=\"tag s\">");
		part_icon(h, ICON_circle_dashed, true);
		html_tr(cx, h, M_strategy_no_measure);
		html_lit(h, "</span>");
	}
	html_lit(h, "</p></li>\n");
}

static void sentences(struct cx *cx, struct html *h, const struct board *b, struct str token)
{
	html_lit(h, "<article class=\"text\" aria-labelledby=\"part\"><h2 id=\"part\" class=\"vh\">");
	html_text(h, section_name(cx, b->section));
	html_lit(h, "</h2>\n");
	if (!b->in_section[b->section]) {
		struct act add = {.text = tr(cx, M_strategy_add_sentence), .href = STR("/sentences/new")};
		part_empty(h, ICON_book_open, tr(cx, M_strategy_no_sentence),
		           actor_everywhere(cx, sentence_entity.rights.write) ? &add : NULL, token);
	} else {
		html_lit(h, "<ul>\n");
		for (size_t i = 0; i < b->sentences_len; i++)
			if (b->sentences[i].sentence->section == b->section) sentence(cx, h, b, &b->sentences[i]);
		html_lit(h, "</ul>");
	}
	html_lit(h, "</article>\n");
}

/* --- the figure --- */

static void year_links(struct cx *cx, struct html *h, const struct board *b)
{
	size_t from = b->year > 0 ? b->year - 1 : 0, to = b->year + 1 < b->years_len ? b->year + 1 : b->year;
	html_lit(h, "<nav class=\"seg\"");
	html_attr(h, "aria-label", tr(cx, M_strategy_years));
	html_lit(h, ">");
	for (size_t i = from; i <= to; i++) {
		html_lit(h, "<a");
		html_url(h, "href",
		         board_href(cx, b,
		                    &(struct place){
					.sentence = b->open->sentence, .figure = b->figure->indicator->code, .year = b->years[i]->code}));
		if (i == b->year) html_lit(h, " aria-current=\"true\"");
		html_lit(h, ">");
		html_text(h, b->years[i]->code);
		html_lit(h, "</a>");
	}
	html_lit(h, "</nav>\n");
}

/* Where the sentence comes from: its own words when a translation was shown, and how it is read. */
static void origin(struct cx *cx, struct html *h, const struct sentence *s)
{
	bool translated;
	(void)words_of(cx, s, &translated);
	if (!translated && str_blank(sentence_reading(cx, s)) && str_blank(s->source)) return;
	html_lit(h, "<dl class=\"facts def\">");
	if (translated) {
		part_fact_begin(h, tr(cx, M_strategy_as_stands));
		html_lit(h, "<span");
		html_attr(h, "lang", s->language);
		html_lit(h, ">");
		html_text(h, s->text);
		html_lit(h, "</span>");
		part_fact_end(h);
	}
	if (!str_blank(sentence_reading(cx, s))) part_fact(h, tr(cx, M_strategy_read_as), sentence_reading(cx, s), STR_NONE, STR_NONE);
	if (!str_blank(s->source)) part_fact(h, tr(cx, M_strategy_source_fact), s->source, STR_NONE, STR_NONE);
	part_facts_end(h);
}

static void panel(struct cx *cx, struct html *h, const struct board *b, struct str token)
{
	if (!b->open) return;
	html_lit(h, "<section class=\"sheet pad ind\" id=\"figure-of\" aria-labelledby=\"in\"><p class=\"sm muted\">");
	html_tr(cx, h, M_strategy_sentence_of, ARG_S("section", section_name(cx, b->section)), ARG_N("n", b->open->sentence->position));
	html_lit(h, "</p>\n<h2 id=\"in\">");
	html_text(h, b->figure ? indicator_label(cx, b->figure->indicator) : tr(cx, M_strategy_no_measure));
	html_lit(h, "</h2>\n");
	if (b->figure) {
		year_links(cx, h, b);
		html_figure(cx, h, b);
	} else {
		struct act measure = {.text = tr(cx, M_strategy_measure_it), .href = STR("/indicator-links/new")};
		part_empty(h, ICON_circle_dashed, tr(cx, M_strategy_unmeasured),
		           actor_everywhere(cx, indicator_link_entity.rights.write) ? &measure : NULL, token);
	}
	origin(cx, h, b->open->sentence);
	html_lit(h, "</section>");
}

/* --- the part's figures --- */

static bool shown_before(const struct board *b, size_t at, const struct figure *f)
{
	for (size_t k = 0; k <= at; k++)
		for (size_t i = 0; b->sentences[k].sentence->section == b->section && i < b->sentences[k].len; i++) {
			if (k == at && b->sentences[k].figures[i] == f) return false;
			if (b->sentences[k].figures[i] == f) return true;
		}
	return false;
}

static void all_of_part(struct cx *cx, struct html *h, const struct board *b)
{
	bool any = false;
	for (size_t k = 0; k < b->sentences_len; k++)
		any |= b->sentences[k].sentence->section == b->section && b->sentences[k].len > 0;
	if (!any) return;
	html_lit(h, "<section class=\"sect gap-top\" aria-labelledby=\"al\"><header><h2 id=\"al\">");
	html_tr(cx, h, M_strategy_section_all, ARG_S("section", section_name(cx, b->section)));
	html_lit(h, "</h2><span class=\"muted sm\">");
	html_tr(cx, h, M_strategy_every_figure);
	html_lit(h, "</span></header>\n");
	part_figures_begin(h, true);
	for (size_t k = 0; k < b->sentences_len; k++) {
		const struct board_sentence *s = &b->sentences[k];
		for (size_t i = 0; s->sentence->section == b->section && i < s->len; i++)
			if (!shown_before(b, k, s->figures[i]))
				html_figure_tile(cx, h, s->figures[i],
				                 board_href(cx, b,
				                            &(struct place){.sentence = s->sentence,
				                                            .figure = s->figures[i]->indicator->code,
				                                            .year = year_of(b)}));
	}
	part_figures_end(h);
	html_lit(h, "</section>\n");
}

/* --- the page --- */

static struct str lede(struct cx *cx, const struct board *b)
{
	return tr(cx, M_strategy_lede, ARG_S("sentences", tr(cx, M_strategy_lede_sentences, ARG_N("n", (int64_t)b->sentences_len))),
	          ARG_S("measured", tr(cx, M_strategy_lede_measured, ARG_N("n", (int64_t)b->measured))),
	          ARG_S("behind", tr(cx, M_strategy_lede_behind, ARG_N("n", (int64_t)b->behind))),
	          ARG_S("none", tr(cx, M_strategy_lede_none, ARG_N("n", (int64_t)(b->sentences_len - b->measured)))));
}

static enum err may_read(struct cx *cx)
{
	return actor_has(cx, strategy_entity.rights.read) ? OK : fail(cx, ERR_DENIED, NULL, M_error_denied);
}

static void note(struct html *h, struct str text)
{
	html_lit(h, "<p class=\"note\">");
	part_icon(h, ICON_info, true);
	html_lit(h, "<span>");
	html_text(h, text);
	html_lit(h, "</span></p>\n");
}

static enum err empty_page(struct cx *cx, const struct request *r, struct reply *p)
{
	struct page page = {.title = tr(cx, M_strategy_board)};
	struct act add = {.text = tr(cx, M_strategy_add), .href = STR("/strategies/new"), .primary = true};
	struct html *h = page_begin(cx, r, p, &page);
	part_empty(h, ICON_compass, tr(cx, M_strategy_no_strategy), actor_everywhere(cx, strategy_entity.rights.write) ? &add : NULL,
	           csrf_token(cx, r, p));
	return page_end(cx, r, p, &page);
}

static enum err board_get(struct cx *cx, const struct request *r, struct reply *p)
{
	struct board b;
	struct board_asked asked = {.strategy = request_query(r, "v"),
	                            .section = request_query(r, "part"),
	                            .year = request_query(r, "year"),
	                            .figure = request_query(r, "figure")};
	struct str s = request_query(r, "s");
	TRY(may_read(cx));
	if (str_present(s) && !uuid_parse(s, &asked.sentence)) return fail(cx, ERR_NOT_FOUND, NULL, M_error_not_found);
	TRY(strategy_flow_board(cx, &asked, &b));
	if (!b.strategy) return empty_page(cx, r, p);
	struct str id = uuid_text(cx->arena, b.strategy->row.id);
	struct str version = b.strategy->edition == UNKNOWN ? b.strategy->code
	                                                    : tr(cx, M_strategy_tag_version, ARG_S("code", b.strategy->code),
	                                                         ARG_S("version", number_text(cx, b.strategy->edition)));
	struct tag_text tags[] = {{version, TONE_PLAIN}};
	struct act acts[] = {
	    {.text = tr(cx, M_strategy_manage), .href = str_fmt(cx->arena, "/sentences?filter=strategy:eq:%.*s", STR_ARG(id))},
	    {.text = tr(cx, M_strategy_export),
	     .icon = ICON_download,
	     .href = str_fmt(cx->arena, "/strategy/figures.csv?year=%.*s", STR_ARG(year_of(&b)))}};
	struct page page = {
	    .title = tr(cx, M_strategy_board), .tags = tags, .tags_len = 1, .lede = lede(cx, &b), .acts = acts, .acts_len = 2};
	struct html *h = page_begin(cx, r, p, &page);
	struct str token = csrf_token(cx, r, p);
	if (!b.whole) note(h, tr(cx, M_strategy_in_unit));
	if (!b.years_len) note(h, tr(cx, M_strategy_no_year));
	tabs(cx, h, &b);
	html_lit(h, "<div class=\"board\">\n");
	sentences(cx, h, &b, token);
	panel(cx, h, &b, token);
	html_lit(h, "</div>\n");
	all_of_part(cx, h, &b);
	return page_end(cx, r, p, &page);
}

/* --- what is shared --- */

static void csv_count(struct cx *cx, struct csv_writer *w, const struct indicator *i, const struct figure_year *y, size_t at)
{
	if (figure_hidden(i, y, at))
		csv_plain(w, tr(cx, M_strategy_small_short, ARG_S("n", str_fmt(cx->arena, "%lld", (long long)i->small_cells))));
	else
		csv_int(w, y->count[at].n);
}

/* A share is as telling as its numerator. */
static bool share_hidden(const struct indicator *i, const struct figure_year *y)
{
	for (size_t at = 0; at < INDICATOR_SOURCES; at++)
		if (figure_hidden(i, y, at)) return true;
	return false;
}

static void csv_figure(struct cx *cx, struct csv_writer *w, const struct figure *f)
{
	const struct indicator *i = f->indicator;
	for (size_t k = 0; k < f->len; k++)
		for (size_t at = 0; at < INDICATOR_SOURCES; at++) {
			const struct figure_year *y = &f->years[k];
			bool ratio = i->method >= METHOD_SHARE && i->method != METHOD_STEPS;
			if (str_blank(indicator_source(i, at))) continue;
			csv_text(w, i->code);
			csv_text(w, indicator_label(cx, i));
			csv_text(w, y->year->code);
			csv_text(w, indicator_wording(cx, i, at));
			csv_count(cx, w, i, y, at);
			csv_plain(
			    w, at == 0 && ratio && !share_hidden(i, y) && y->value != UNKNOWN
				   ? str_fmt(cx->arena, "%lld.%04lld", (long long)(y->value / RATIO_ONE), (long long)(y->value % RATIO_ONE))
				   : STR(""));
			csv_end_row(w);
		}
}

static enum err figures_get(struct cx *cx, const struct request *r, struct reply *p)
{
	static const int heads[] = {M_indicator_code,         M_indicator_label,       M_strategy_column_year,
	                            M_strategy_column_counts, M_strategy_column_count, M_strategy_column_value};
	struct figure *all;
	size_t len;
	struct str year;
	struct sb b;
	struct csv_writer w;
	TRY(may_read(cx));
	TRY(strategy_flow_figures(cx, request_query(r, "year"), &all, &len, &year));
	sb_init(&b, cx->arena, 4 * 1024 * 1024);
	csv_writer_init(&w, &b, ',');
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		csv_text(&w, tr(cx, heads[i]));
	csv_end_row(&w);
	for (size_t i = 0; i < len; i++)
		csv_figure(cx, &w, &all[i]);
	if (sb_failed(&b)) return fail(cx, ERR_TOO_LARGE, NULL, M_error_too_large);
	p->content_type = STR("text/csv; charset=utf-8");
	p->filename = str_fmt(cx->arena, "figures-%.*s.csv", STR_ARG(year));
	p->body = sb_str(&b);
	return OK;
}

static const struct entity_pages strategy_pages = {.entity = &strategy_entity},
				 sentence_pages = {.entity = &sentence_entity, .import_path = "/imports?kind=sentences"},
				 indicator_pages = {.entity = &indicator_entity}, link_pages = {.entity = &indicator_link_entity};
static const struct entity_pages *const pages[] = {&strategy_pages, &sentence_pages, &indicator_pages, &link_pages, NULL};
static const struct route routes[] = {
    {HTTP_GET, "/strategy", board_get, 0, NULL}, {HTTP_GET, "/strategy/figures.csv", figures_get, 0, NULL}, {0}};
static const struct route *const route_tables[] = {routes, NULL};

const struct capability strategy_capability = {.name = "strategy", .entities = strategy_entities, .pages = pages, .routes = route_tables};
