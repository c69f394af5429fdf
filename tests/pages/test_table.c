/* The table of a list without a database: what it writes for known, unknown and hostile values, and what 50 rows of 8 columns
 * cost. The time is a warning above its aim and a failure only far above, since test machines are shared. */
#include "base/clock.h"
#include "places.h"
#include "platform/i18n/i18n.h"
#include "platform/web/widgets/parts.h"
#include "platform/web/widgets/table.h"
#include "tap.h"

enum { ROWS = 50, ROUNDS = 400, AIM_US = 60, FAR_US = 1000 };

static const struct entity *const entities[] = {&place_entity, &region_entity, NULL};

/* One context for all: the process ends with them. */
static struct cx *begin(void)
{
	static struct cx cx;
	static const struct grant grant = {.role = ROLE_OFFICE};
	static const struct actor actor = {.roles = ROLE_OFFICE, .grants = &grant, .grants_len = 1};
	if (cx.arena) return &cx;
	cx_begin(&cx, NULL);
	cx.lang = LANG_EN;
	cx.actor = &actor;
	entity_register_all(entities);
	return &cx;
}

static void *rows[ROWS];
static struct str titles[ROWS][ENTITY_FIELDS_MAX];

static struct list_view view(struct cx *cx)
{
	struct list_view v = {.entity = &place_entity, .base = STR("/places"), .under = "country", .token = STR("t")};
	static const struct pair pairs[] = {{{"columns", 7}, {"kind,beds,founded,open,region,city,lat,lng", 42}}};
	CHECK(list_query_parse(cx, &place_entity, (struct pairs){pairs, 1}, &v.query) == OK); /* the query is read */
	for (size_t i = 0; i < ROWS; i++) {
		struct place *p = entity_new(cx, &place_entity);
		place_invent(cx, i, p);
		p->row.id = uuid_new(cx->now_ms);
		rows[i] = p;
	}
	v.page = (struct list_page){.rows = rows, .len = ROWS, .count = 1001, .more = true, .titles = titles};
	return v;
}

static bool has(const struct html *h, const char *text) { return str_find(html_str(h), str_of(text)) != STR_NPOS; }

static void test_markup(void)
{
	struct cx *cx = begin();
	struct list_view v = view(cx);
	struct html h;
	html_init(&h, cx->arena, 1 << 20);
	html_list_table(cx, &h, &v);
	CHECK(!sb_failed(&h.sb));                                                                    /* the table fits its cap */
	CHECK(has(&h, "Universidad T\u00e9cnica &lt;F.&gt; &quot;Santa&quot; Mar\u00eda &amp; Co")); /* names are escaped */
	CHECK(!has(&h, "<F.>"));                                                                     /* and not written raw */
	CHECK(has(&h, "<td class=\"num\"><span class=\"muted\">\u2013</span></td>") ||
	      has(&h, "<td class=\"num c2\"><span class=\"muted\">\u2013</span></td>")); /* an unknown number is a dash, never 0 */
	CHECK(has(&h, "1 to 50 of 1,000+"));                                             /* a count beyond what is counted says so */
	CHECK(has(&h, "aria-sort=\"ascending\""));                                       /* the sorted column says so */
	CHECK(has(&h, "rel=\"next\"") && !has(&h, "rel=\"prev\""));                      /* the first page has a next one only */
	CHECK(has(&h, "<span class=\"u\">Norway</span>"));                               /* the country stands under the name */
	v.page.len = 0;
	html_init(&h, cx->arena, 1 << 20);
	html_list_table(cx, &h, &v);
	CHECK(has(&h, "class=\"empty\"")); /* an empty list says one sentence */
}

static void test_time(void)
{
	struct cx *cx = begin();
	struct list_view v = view(cx);
	int64_t best = INT64_MAX;
	for (int i = 0; i < ROUNDS; i++) {
		struct arena_mark mark = arena_mark(cx->arena);
		struct html h;
		html_init(&h, cx->arena, 1 << 20);
		sb_reserve(&h.sb, 1 << 16);
		int64_t start = clock_monotonic_us();
		html_list_table(cx, &h, &v);
		int64_t us = clock_monotonic_us() - start;
		if (us < best) best = us;
		arena_rewind(cx->arena, mark);
	}
	printf("# 50 rows of 8 columns and a name: %lld us, aim %d us\n", (long long)best, AIM_US);
	CHECK(best < FAR_US); /* a page of rows is written in well under a millisecond */
}

static void test_parts(void)
{
	struct cx *cx = begin();
	struct html h;
	html_init(&h, cx->arena, 1 << 16);
	part_seats(&h, 4, 4, 7, STR("4 seats, 7 asked"));
	CHECK(has(&h, "viewBox=\"0 0 63 14\"") && has(&h, "x=\"36.75\"")); /* seats are drawn as the mockups do */
	html_init(&h, cx->arena, 1 << 16);
	part_seats(&h, 40, 2, 2, STR("40 seats"));
	CHECK(!has(&h, "<svg")); /* above 12 places words only */
	html_init(&h, cx->arena, 1 << 16);
	part_strong(&h, STR("Waiting for <b> to sign"), STR("<b>"));
	CHECK(has(&h, "Waiting for <b>&lt;b&gt;</b> to sign")); /* the bold part is escaped too */
	html_init(&h, cx->arena, 1 << 16);
	part_coord(&h, -75);
	CHECK(has(&h, "-0.75")); /* coordinates below zero */
	html_init(&h, cx->arena, 1 << 16);
	part_hidden_query(cx, &h, STR("a=1%20%3C&b=2&c="), STR("b"));
	CHECK(has(&h, "name=\"a\" value=\"1 &lt;\"") && !has(&h, "name=\"b\"") &&
	      has(&h, "name=\"c\" value=\"\"")); /* an address goes on as fields */
}

TAP_MAIN(TAP(test_markup), TAP(test_parts), TAP(test_time))
