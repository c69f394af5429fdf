/* The receipt of an application on paper: the same content as on the screen. */
#include "base/date.h"
#include "office/campaigns/pages_own.h"
#include "platform/format/pdf.h"
#include "platform/i18n/i18n.h"

static void facts(struct cx *cx, struct pdf *pdf, const struct receipt *r)
{
	static const struct pdf_column columns[] = {{STR_NONE, 2, false}, {STR_NONE, 5, false}};
	const struct campaign *c = r->campaign;
	struct str cells[] = {tr(cx, M_receipt_number),  r->application->number,
	                      tr(cx, M_receipt_student), r->person,
	                      tr(cx, M_entity_campaign), campaign_name(cx, c),
	                      tr(cx, M_receipt_when),    instant_text(cx, r->application->submitted_ms, c->zone)};
	pdf_table(pdf, columns, 2, cells, ARRAY_LEN(cells) / 2);
}

static void choices(struct cx *cx, struct pdf *pdf, const struct receipt *r)
{
	const struct pdf_column columns[] = {{tr(cx, M_receipt_rank), 2, false}, {tr(cx, M_receipt_destination), 5, false}};
	struct str *cells = ARENA_ARRAY(cx->arena, struct str, r->len * 2 + 1);
	for (size_t i = 0; i < r->len; i++) {
		cells[i * 2] = rank_words(cx, r->lines[i].rank);
		cells[i * 2 + 1] = opportunity_words(cx, r->lines[i].title);
	}
	pdf_heading(pdf, 2, tr(cx, M_receipt_sent));
	pdf_table(pdf, columns, 2, cells, r->len);
}

static void next(struct cx *cx, struct pdf *pdf, const struct campaign *c)
{
	static const struct pdf_column columns[] = {{STR_NONE, 2, false}, {STR_NONE, 5, false}};
	struct str open = tr(cx, M_receipt_date_open);
	struct str cells[] = {campaign_day(cx, c, c->closes_ms),
	                      tr(cx, M_receipt_next_closes),
	                      c->published_ms == UNKNOWN ? open : campaign_day(cx, c, c->published_ms),
	                      tr(cx, M_receipt_next_published),
	                      c->answer_by_ms == UNKNOWN ? open : campaign_day(cx, c, c->answer_by_ms),
	                      tr(cx, M_receipt_next_answer)};
	pdf_heading(pdf, 2, tr(cx, M_receipt_next));
	pdf_table(pdf, columns, 2, cells, ARRAY_LEN(cells) / 2);
}

enum err receipt_paper(struct cx *cx, const struct receipt_pdf *paper, struct str *out)
{
	const struct receipt *r = paper->receipt;
	struct str title = tr(cx, M_receipt_heading, ARG_S("number", r->application->number));
	struct pdf *pdf = pdf_new(cx, &(struct pdf_document){.title = title,
	                                                     .author = paper->school,
	                                                     .lang = str_of(lang_code(cx->lang)),
	                                                     .head = paper->school,
	                                                     .page_of = tr(cx, M_receipt_page_of),
	                                                     .foot = tr(cx, M_receipt_foot, ARG_S("hash", r->sha256))});
	pdf_heading(pdf, 1, title);
	facts(cx, pdf, r);
	choices(cx, pdf, r);
	next(cx, pdf, r->campaign);
	pdf_small(pdf, tr(cx, M_receipt_hash_what));
	return pdf_finish(pdf, out);
}
