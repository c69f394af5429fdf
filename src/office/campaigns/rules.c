/* Where a campaign and an application stand. */
#include "office/campaigns/rules.h"
#include "platform/i18n/i18n.h"

static struct campaign_state at(enum campaign_stage stage, enum campaign_pen pen, int64_t since, int64_t next)
{
	return (struct campaign_state){stage, pen, since, next};
}

struct campaign_state campaign_state(const struct campaign *c, int64_t waiting, int64_t now)
{
	if (c->opened_ms == UNKNOWN) return at(STAGE_DRAFT, CAMPAIGN_PEN_OFFICE, c->row.created_ms, c->opens_ms);
	if (c->published_ms != UNKNOWN && waiting) return at(STAGE_PUBLISHED, CAMPAIGN_PEN_STUDENTS, c->published_ms, c->answer_by_ms);
	if (c->published_ms != UNKNOWN) return at(STAGE_ANSWERED, CAMPAIGN_PEN_NOBODY, c->published_ms, UNKNOWN);
	if (c->allocated_ms != UNKNOWN) return at(STAGE_ALLOCATED, CAMPAIGN_PEN_OFFICE, c->allocated_ms, c->answer_by_ms);
	if (now < c->opens_ms) return at(STAGE_COMING, CAMPAIGN_PEN_NOBODY, c->opened_ms, c->opens_ms);
	if (now < c->closes_ms)
		return at(STAGE_OPEN, CAMPAIGN_PEN_STUDENTS, c->opens_ms > c->opened_ms ? c->opens_ms : c->opened_ms, c->closes_ms);
	return at(STAGE_CHECKING, CAMPAIGN_PEN_OFFICE, c->closes_ms, c->answer_by_ms);
}

#define STAGE_TABLE(X)  \
	X(DRAFT, draft) \
	X(COMING, coming) X(OPEN, open) X(CHECKING, checking) X(ALLOCATED, allocated) X(PUBLISHED, published) X(ANSWERED, answered)

int campaign_stage_label(enum campaign_stage s)
{
#define X(code, name) [STAGE_##code] = M_campaign_stage_##name,
	static const int labels[] = {STAGE_TABLE(X)};
#undef X
	return labels[s];
}

int campaign_stage_next(enum campaign_stage s)
{
#define X(code, name) [STAGE_##code] = M_campaign_next_##name,
	static const int labels[] = {STAGE_TABLE(X)};
#undef X
	return labels[s];
}

const char *campaign_stage_code(enum campaign_stage s)
{
#define X(code, name) [STAGE_##code] = #name,
	static const char *const codes[] = {STAGE_TABLE(X)};
#undef X
	return codes[s];
}

int campaign_pen_label(enum campaign_pen p)
{
	static const int labels[] = {M_campaign_pen_nobody, M_campaign_pen_office, M_campaign_pen_students};
	return labels[p];
}

enum application_stage application_stage(const struct application *a, const struct placement *p, bool published)
{
	if (!a) return APPLICATION_NONE;
	if (p && p->answer == PLACEMENT_DECLINED) return APPLICATION_DECLINED;
	if (p && p->answer == PLACEMENT_EXPIRED) return APPLICATION_EXPIRED;
	if (a->withdrawn_ms != UNKNOWN) return APPLICATION_WITHDRAWN;
	if (!published) return APPLICATION_SENT;
	if (!p || uuid_none(p->opportunity)) return APPLICATION_WAITING;
	return p->answer == PLACEMENT_ACCEPTED ? APPLICATION_ACCEPTED : APPLICATION_OFFERED;
}

int application_stage_label(enum application_stage s)
{
	static const int labels[] = {M_application_stage_none,     M_application_stage_sent,    M_application_stage_withdrawn,
	                             M_application_stage_waiting,  M_application_stage_offered, M_application_stage_accepted,
	                             M_application_stage_declined, M_application_stage_expired};
	STATIC_ASSERT(ARRAY_LEN(labels) == APPLICATION_STAGES, "a label for each stage");
	return labels[s];
}

/* --- gaps in files --- */

static const struct {
	const char *code;
	int label;
	bool student;
} gaps[] = {
    [MISSING_LANGUAGE_PROOF] = {"language_proof", M_missing_language_proof, true},
    [MISSING_LANGUAGE] = {"language", M_missing_language, true},
    [MISSING_AVERAGE] = {"average", M_missing_average, false},
    [MISSING_ECTS] = {"ects", M_missing_ects, false},
    [MISSING_YEAR] = {"year", M_missing_year, false},
    [MISSING_CONTRACT] = {"contract", M_missing_contract, true},
    [MISSING_DATES] = {"dates", M_missing_dates, false},
    [MISSING_NATIONALITY] = {"nationality", M_missing_nationality, true},
    [MISSING_PANEL] = {"panel", M_missing_panel, false},
    [MISSING_OTHER] = {"other", M_missing_other, false},
};

const char *missing_code(enum missing m) { return gaps[m].code; }
int missing_label(enum missing m) { return gaps[m].label; }
bool missing_of_student(enum missing m) { return gaps[m].student; }

bool missing_parse(struct str code, enum missing *out)
{
	for (size_t i = 0; i < MISSINGS; i++)
		if (str_is(code, gaps[i].code)) {
			*out = (enum missing)i;
			return true;
		}
	return false;
}

static enum missing leaf_missing(const struct rule_proof *leaf)
{
	if (!leaf || !leaf->fact) return MISSING_OTHER;
	if (leaf->set == &student_vocabulary.sets[STUDENT_TESTS]) return MISSING_LANGUAGE_PROOF;
	switch (leaf->set ? STUDENT_FACTS : (enum student_fact)(leaf->fact - student_vocabulary.facts)) {
	case STUDENT_AVERAGE: return MISSING_AVERAGE;
	case STUDENT_ECTS:
	case STUDENT_FAILED_UNITS: return MISSING_ECTS;
	case STUDENT_YEAR:
	case STUDENT_STATUS:
	case STUDENT_PROGRAMME: return MISSING_YEAR;
	case STUDENT_NATIONALITY: return MISSING_NATIONALITY;
	default: return MISSING_OTHER;
	}
}

enum missing reason_missing(const struct reason *r)
{
	switch (r->rule) {
	case ELIGIBLE_STATUS:
	case ELIGIBLE_YEAR: return MISSING_YEAR;
	case ELIGIBLE_LANGUAGE: return r->suggestion.kind == SUGGEST_PROVE ? MISSING_LANGUAGE_PROOF : MISSING_LANGUAGE;
	case ELIGIBLE_CONTRACT:
		return r->suggestion.kind == SUGGEST_TELL && r->suggestion.whom == ASK_OFFICE ? MISSING_DATES : MISSING_CONTRACT;
	case ELIGIBLE_COMPANY: return MISSING_DATES;
	case ELIGIBLE_REQUIREMENT: return leaf_missing(r->leaf);
	default: return MISSING_OTHER;
	}
}

/* --- questions --- */

static bool knows_language(const struct student_facts *s, struct str language)
{
	for (size_t i = 0; i < s->nlanguages; i++)
		if (str_eq(s->languages[i].language, language)) return true;
	return false;
}

static bool asks_nationality(const struct offer *o)
{
	for (size_t i = 0; i < o->nrules; i++)
		if (o->rules[i].expr && rule_mentions(o->rules[i].expr, STR("nationality"))) return true;
	return false;
}

struct asking {
	struct arena *a;
	VEC(struct question) list;
};

static void ask(struct asking *q, enum asked what, struct str name, struct str code, int label)
{
	VEC_EACH (have, &q->list)
		if (str_eq(have->name, name)) return;
	*VEC_PUSH(q->a, &q->list) = (struct question){what, name, code, label};
}

size_t questions_for(struct arena *a, const struct student_facts *s, const struct offer *const *offers, size_t n, bool travel_known,
                     struct question **out)
{
	struct asking q = {.a = a};
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < 2; k++) {
			struct str language = offers[i]->language[k];
			if (str_blank(language) || str_blank(offers[i]->cefr[k]) || knows_language(s, language)) continue;
			ask(&q, ASKED_LANGUAGE, str_concat(a, STR("language."), language), language, M_question_language);
		}
		if (str_blank(s->nationality) && asks_nationality(offers[i]))
			ask(&q, ASKED_NATIONALITY, STR("nationality"), STR_NONE, M_question_nationality);
	}
	if (str_blank(s->email)) ask(&q, ASKED_EMAIL, STR("email"), STR_NONE, M_question_email);
	if (!travel_known) ask(&q, ASKED_TRAVEL, STR("travel"), STR_NONE, M_question_travel);
	*out = q.list.ptr;
	return q.list.len;
}
