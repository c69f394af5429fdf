/* Scores from data, and what a stay would cost. */
#include "office/campaigns/rules.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"

static const struct {
	const char *code;
	int label;
} parts[] = {
    [SCORE_AVERAGE] = {"average", M_score_average},
    [SCORE_ECTS] = {"ects", M_score_ects},
    [SCORE_LANGUAGE] = {"language", M_score_language},
    [SCORE_PANEL] = {"panel", M_score_panel},
    [SCORE_FAILED_UNITS] = {"failed_units", M_score_failed_units},
};
enum { POINT = 10000 };

int score_part_label(enum score_part p) { return parts[p].label; }

static bool part_find(struct str code, enum score_part *out)
{
	for (size_t i = 0; i < SCORE_PARTS; i++)
		if (str_is(code, parts[i].code)) {
			*out = (enum score_part)i;
			return true;
		}
	return false;
}

static bool weight_read(struct str word, struct score_weights *w)
{
	size_t at = str_find_char(word, '=');
	enum score_part p;
	int64_t n;
	if (at == STR_NPOS || !part_find(str_sub(word, 0, at), &p) || !str_to_i64(str_sub(word, at + 1, word.len), &n)) return false;
	if (n < -1000 || n > 1000 || w->of[p] != UNKNOWN) return false;
	w->of[p] = n;
	w->any = true;
	w->by_option |= p == SCORE_LANGUAGE || p == SCORE_PANEL;
	return true;
}

bool score_weights_parse(struct str text, struct score_weights *w, struct str *wrong)
{
	*w = (struct score_weights){0};
	for (size_t i = 0; i < SCORE_PARTS; i++)
		w->of[i] = UNKNOWN;
	for (size_t i = 0; i < text.len;) {
		size_t end = i;
		while (end < text.len && !strchr(" ,;\t\r\n", text.ptr[end]))
			end++;
		struct str word = str_sub(text, i, end - i);
		i = end + 1;
		if (str_blank(word) || weight_read(word, w)) continue;
		*wrong = word;
		return false;
	}
	return true;
}

static int64_t half_up(int64_t n, int64_t d) { return n >= 0 ? (2 * n + d) / (2 * d) : -((-2 * n + d) / (2 * d)); }

/* The best proven level in a language that the offer asks for; a language without level asked is no part of a score. */
static int64_t level_for(const struct student_facts *s, const struct offer *o, bool *asked)
{
	int64_t best = UNKNOWN;
	for (size_t i = 0; i < 2; i++) {
		if (str_blank(o->language[i]) || str_blank(o->cefr[i])) continue;
		*asked = true;
		for (size_t k = 0; k < s->nlanguages; k++) {
			const struct student_language *l = &s->languages[k];
			if (l->proven && str_eq(l->language, o->language[i]) && l->level > best) best = l->level;
		}
	}
	return best;
}

static int64_t points(enum score_part p, int64_t weight, int64_t found, int64_t year)
{
	if (found == UNKNOWN) return UNKNOWN;
	int64_t years = year == UNKNOWN || year < 2 ? 1 : year - 1, expected = years * 6000;
	switch (p) {
	case SCORE_AVERAGE: return half_up(weight * POINT * found, 200000);
	case SCORE_ECTS: return half_up(weight * POINT * (found < expected ? found : expected), expected);
	case SCORE_LANGUAGE: return half_up(weight * POINT * (found < RULE_C2 ? found : RULE_C2), RULE_C2);
	case SCORE_PANEL: return weight * found;
	case SCORE_FAILED_UNITS: return weight * POINT * found;
	default: return UNKNOWN;
	}
}

struct score score_of(const struct score_weights *w, const struct student_facts *s, const struct offer *o, int64_t panel)
{
	struct score score = {0};
	bool asked = false;
	int64_t level = o ? level_for(s, o, &asked) : UNKNOWN;
	if (o && !asked) level = RULE_C2;
	const int64_t found[SCORE_PARTS] = {[SCORE_AVERAGE] = s->average,
	                                    [SCORE_ECTS] = s->ects,
	                                    [SCORE_LANGUAGE] = level,
	                                    [SCORE_PANEL] = panel,
	                                    [SCORE_FAILED_UNITS] = s->failed_units};
	for (size_t i = 0; i < SCORE_PARTS; i++) {
		if (w->of[i] == UNKNOWN || (!o && (i == SCORE_LANGUAGE || i == SCORE_PANEL))) continue;
		struct score_line *l = &score.lines[score.nlines++];
		*l = (struct score_line){(enum score_part)i, w->of[i], found[i], points((enum score_part)i, w->of[i], found[i], s->year)};
		if (l->points == UNKNOWN)
			score.total = UNKNOWN;
		else if (score.total != UNKNOWN)
			score.total += l->points;
	}
	return score;
}

struct score score_of_wish(const struct score_weights *w, const struct student_facts *s, const struct offer *o, int64_t panel)
{
	return w->by_option ? score_of(w, s, o, panel) : score_of(w, s, NULL, UNKNOWN);
}

struct str score_json(struct arena *a, const struct score *s)
{
	struct sb b;
	struct json_writer w;
	sb_init(&b, a, 8000);
	json_writer_init(&w, &b);
	json_array_begin(&w);
	for (size_t i = 0; i < s->nlines; i++) {
		json_object_begin(&w);
		json_key(&w, "part");
		json_write_z(&w, parts[s->lines[i].part].code);
		json_member_int(&w, "weight", s->lines[i].weight);
		json_member_int(&w, "found", s->lines[i].found);
		json_member_int(&w, "points", s->lines[i].points);
		json_object_end(&w);
	}
	json_array_end(&w);
	return sb_str(&b);
}

static int64_t member(const struct json *line, const char *name)
{
	int64_t n;
	return json_int(line, name, &n) ? n : UNKNOWN;
}

enum err score_read(struct cx *cx, struct str text, struct score *out)
{
	const struct json *list;
	*out = (struct score){.total = UNKNOWN};
	if (str_blank(text)) return OK;
	TRY(json_parse(cx, text, 8000, &list));
	if (list->kind != JSON_KIND_ARRAY) return fail(cx, ERR_BUG, "score_lines", M_error_bug);
	out->total = 0;
	for (size_t i = 0; i < list->items.len && out->nlines < SCORE_PARTS; i++) {
		const struct json *line = &list->items.ptr[i];
		struct score_line *l = &out->lines[out->nlines];
		if (!part_find(json_text(line, "part"), &l->part)) continue;
		l->weight = member(line, "weight");
		l->found = member(line, "found");
		l->points = member(line, "points");
		if (l->points == UNKNOWN)
			out->total = UNKNOWN;
		else if (out->total != UNKNOWN)
			out->total += l->points;
		out->nlines++;
	}
	return OK;
}

struct str score_found_words(struct cx *cx, const struct score_line *l)
{
	if (l->found == UNKNOWN) return tr(cx, M_rule_unknown);
	switch (l->part) {
	case SCORE_AVERAGE:
	case SCORE_PANEL: return fixed_text(cx, l->found, 4, 0);
	case SCORE_ECTS: return fixed_text(cx, l->found, 2, 0);
	case SCORE_LANGUAGE: return l->found == RULE_NATIVE ? tr(cx, M_rule_native) : str_of(rule_cefr_name(l->found));
	default: return number_text(cx, l->found);
	}
}

/* --- costs --- */

struct str carbon_mode_of(int64_t travel_mode) { return travel_mode == UNKNOWN ? STR_NONE : str_of(travel_modes[travel_mode].code); }

struct str carbon_mode_usual(int64_t distance_m)
{
	if (distance_m == UNKNOWN) return STR_NONE;
	return distance_m <= 1000 * 1000 ? STR("train") : STR("plane");
}

static bool green(struct str mode) { return str_is(mode, "train") || str_is(mode, "coach") || str_is(mode, "carpool"); }

struct stay_cost stay_cost(const struct campaign *c, const struct offer *o, int64_t home_lat, int64_t home_lng,
                           const struct grant_rates *rates, bool travel, struct str mode, const struct grant_carbon_rate *carbon)
{
	struct stay_cost cost = {.budget_cents = o->budget_cents, .budget_source = o->budget_source, .mode = mode};
	cost.distance_m = grant_distance_m(home_lat, home_lng, o->lat, o->lng);
	struct grant_stay stay = {
	    .starts = o->starts,
	    .ends = o->ends,
	    .is_short = c->scheme == SCHEME_SHORT,
	    .traineeship = c->activity == ACTIVITY_TRAINING,
	    .green_travel = green(mode),
	    .travel_granted = travel,
	    .distance_m = cost.distance_m,
	};
	cost.grant = grant_estimate(&stay, rates);
	cost.carbon = grant_carbon(cost.distance_m, carbon);
	return cost;
}
