/* What campaigns hold about a person in tables without a descriptor: stars, and what was asked for. */
#include "office/campaigns/pages_own.h"
#include "platform/i18n/i18n.h"

/* Rows of a text and an instant. */
static enum err pairs_of(struct cx *cx, const struct about_who *who, struct sql sql, struct str **cells, size_t *len)
{
	struct db_rows rows;
	VEC(struct str) list = {0};
	*len = 0;
	TRY(db_query(cx, &rows, sql, DB_I(cx->tenant), DB_ID(who->person)));
	while (db_next(&rows)) {
		*VEC_PUSH(cx->arena, &list) = db_str(&rows, 0);
		*VEC_PUSH(cx->arena, &list) = about_when(cx, who, db_int(&rows, 1));
		++*len;
	}
	*cells = list.ptr;
	return rows.err;
}

static enum err read_stars(struct cx *cx, const struct about_who *who, struct str **cells, size_t *len)
{
	return pairs_of(cx, who,
	                SQL("select o.title, s.starred_ms from star s join opportunity o on o.tenant = s.tenant and o.id = s.opportunity "
	                    "where s.tenant = ?1 and s.person = ?2 order by s.starred_ms, s.opportunity"),
	                cells, len);
}

static enum err read_asks(struct cx *cx, const struct about_who *who, struct str **cells, size_t *len)
{
	return pairs_of(
	    cx, who,
	    SQL("select k.missing || ' ' || k.detail, k.asked_ms from campaign_ask k join application a on a.tenant = k.tenant and "
	        "a.id = k.application where k.tenant = ?1 and a.person = ?2 order by k.asked_ms, k.id"),
	    cells, len);
}

static const struct about_table stars = {.name = "stars",
                                         .label = M_data_stars,
                                         .names = (const char *const[]){"destination", "since", NULL},
                                         .heads = (const int[]){M_data_star_of, M_data_since},
                                         .read = read_stars};
static const struct about_table asks = {.name = "asked_for",
                                        .label = M_data_asks,
                                        .names = (const char *const[]){"what", "since", NULL},
                                        .heads = (const int[]){M_data_ask_what, M_data_since},
                                        .read = read_asks};
const struct about_table *const campaigns_about[] = {&stars, &asks, NULL};
