/* Sharing out the seats: rules side by side, the one that is chosen, its certificate, and one student's reason. */
#include "allocation/result.h"
#include "allocation/verify.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/log.h"
#include "office/campaigns/inside.h"
#include "platform/crypto/hash.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"

enum { RESULT_CAP = 64 << 20 };

enum err campaign_closed(struct cx *cx, const struct campaign *c)
{
	if (c->opened_ms == UNKNOWN) return fail(cx, ERR_REFUSED, NULL, M_campaign_not_open);
	if (cx->now_ms < c->closes_ms) return fail(cx, ERR_REFUSED, NULL, M_campaign_still_open, ARG_S("date", when(cx, c, c->closes_ms)));
	if (c->published_ms != UNKNOWN)
		return fail(cx, ERR_REFUSED, NULL, M_campaign_already_published, ARG_S("date", when(cx, c, c->published_ms)));
	return OK;
}

/* --- side by side --- */

struct comparing {
	struct uuid campaign;
	struct comparison *out;
};

/* The lowest score among those who hold each option; UNKNOWN: nobody does. */
static int64_t *lowest_scores(struct arena *a, const struct allocation_result *r)
{
	const struct allocation *p = r->allocation;
	int64_t *low = ARENA_ARRAY(a, int64_t, p->noptions + 1);
	for (uint32_t o = 0; o < p->noptions; o++)
		low[o] = UNKNOWN;
	for (uint32_t s = 0; s < p->nstudents; s++) {
		uint32_t c = r->held[s];
		if (c == ALLOCATION_NONE) continue;
		int64_t score = allocation_choice_score(p, s, c), *at = &low[p->choice_option[c]];
		if (*at == UNKNOWN || score < *at) *at = score;
	}
	return low;
}

static bool passed_by(const struct allocation_result *r, const int64_t *low, uint32_t s)
{
	const struct allocation *p = r->allocation;
	for (uint32_t c = p->off[s]; c < p->off[s + 1]; c++) {
		if (r->held[s] != ALLOCATION_NONE && p->choice_rank[c] >= p->choice_rank[r->held[s]]) return false;
		int64_t lowest = low[p->choice_option[c]];
		if (lowest != UNKNOWN && lowest < allocation_choice_score(p, s, c)) return true;
	}
	return false;
}

static struct mechanism_figures figures(struct cx *cx, const struct allocation_result *r, enum allocation_mechanism m)
{
	const struct allocation *p = r->allocation;
	struct mechanism_figures f = {.mechanism = m,
	                              .properties = allocation_properties(m),
	                              .students = p->nstudents,
	                              .placed = r->placed,
	                              .unplaced = p->nstudents - r->placed,
	                              .mean_rank = UNKNOWN};
	f.profile = ARENA_ARRAY(cx->arena, int64_t, p->max_rank + 1);
	for (uint32_t k = 0; k < p->max_rank; k++) {
		f.profile[k] = r->profile[k];
		if (r->profile[k]) f.worst_rank = k + 1;
	}
	f.first = p->max_rank ? r->profile[0] : 0;
	if (r->placed) f.mean_rank = (200 * r->rank_sum + r->placed) / (2 * (int64_t)r->placed);
	int64_t *low = lowest_scores(cx->arena, r);
	for (uint32_t s = 0; s < p->nstudents; s++)
		f.envy += passed_by(r, low, s);
	for (uint32_t i = 0; i < p->nfloors; i++)
		f.reserved += p->floors[i].floor;
	f.reserved_used = f.reserved - r->group_shortfall;
	return f;
}

static void compare_students(struct cx *cx, const struct campaign_whole *w, const struct map *titles, const struct allocation_result *r,
                             size_t column, struct comparison *out)
{
	const struct allocation *p = r->allocation;
	for (size_t i = 0; i < w->napplicants; i++) {
		struct compared_student *c = &out->students[i];
		uint32_t s = allocation_find_student(p, w->applicants[i].application->number);
		uint32_t held = s == ALLOCATION_NONE ? ALLOCATION_NONE : r->held[s];
		c->application = w->applicants[i].application->row.id;
		c->name = w->applicants[i].student->name;
		c->rank[column] = held == ALLOCATION_NONE ? UNKNOWN : p->choice_rank[held];
		c->place[column] = STR_NONE;
		struct mechanism_figures *f = &out->figures[column];
		bool apprentice = w->applicants[i].student->status == ENROLLED_APPRENTICE;
		f->apprentices += apprentice;
		f->apprentices_placed += apprentice && held != ALLOCATION_NONE;
		if (held == ALLOCATION_NONE) continue;
		const struct offer *o = map_get(titles, p->options[p->choice_option[held]].id);
		if (o) c->place[column] = o->title;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct compared_student *x = a, *y = b;
	int c = str_cmp(x->name, y->name);
	return c ? c : uuid_cmp(x->application, y->application);
}

static void offers_by_option(struct cx *cx, const struct campaign_whole *w, struct map *out)
{
	map_init(out, cx->arena);
	for (size_t i = 0; i < w->noffers; i++)
		map_put(out, option_id(cx, &w->offers[i].id), &w->offers[i]);
}

static void filter_students(const struct cx *cx, const struct campaign_whole *w, struct comparison *out)
{
	size_t n = 0;
	for (size_t i = 0; i < out->nstudents; i++) {
		struct compared_student *c = &out->students[i];
		for (size_t k = 1; k < out->len; k++)
			c->differs |= c->rank[k] != c->rank[0] || !str_eq(c->place[k], c->place[0]);
		out->ndiffer += c->differs;
		if (may_see(cx, w->applicants[i].application->unit)) out->students[n++] = *c;
	}
	out->nstudents = n;
}

enum err run_question(struct cx *cx, struct campaign *c, struct campaign_whole *w, struct allocation **problem, struct left_out **left_out,
                      size_t *nleft)
{
	struct scored scored;
	struct question_files files;
	TRY(whole_load(cx, c, w));
	TRY(whole_score(cx, w, &scored));
	TRY(run_files(cx, w, &files, left_out, nleft));
	return run_problem(cx, &files, problem);
}

static void benchmark(const struct campaign *c, struct comparison *out)
{
	int64_t least = INT64_MAX;
	out->most = 0;
	out->beside = UNKNOWN;
	for (size_t i = 0; i < out->len; i++) {
		int64_t n = out->figures[i].placed;
		if (n > out->most) out->most = n;
		if (n < least) least = n;
		if (c->mechanism == (int64_t)out->figures[i].mechanism) out->beside = n;
	}
	if (out->beside == UNKNOWN) out->beside = least;
}

static enum err compare(struct cx *cx, void *arg)
{
	struct comparing *q = arg;
	struct campaign *c;
	struct campaign_whole w;
	struct allocation *problem;
	struct map titles;
	struct str seed;
	*q->out = (struct comparison){0};
	TRY(staff_only(cx));
	TRY(campaign_load(cx, q->campaign, &c));
	TRY(campaign_closed(cx, c));
	TRY(run_question(cx, c, &w, &problem, &q->out->left_out, &q->out->nleft_out));
	TRY(seed_store_get(cx, q->campaign, &seed));
	offers_by_option(cx, &w, &titles);
	q->out->figures = ARENA_ARRAY(cx->arena, struct mechanism_figures, ALLOCATION_MECHANISM_COUNT);
	q->out->students = ARENA_ARRAY(cx->arena, struct compared_student, w.napplicants + 1);
	q->out->nstudents = w.napplicants;
	for (int m = 0; m < ALLOCATION_MECHANISM_COUNT; m++) {
		struct allocation_result r;
		if (!allocation_properties((enum allocation_mechanism)m)->available) continue;
		TRY(run_solve(cx, problem, (enum allocation_mechanism)m, seed, &r));
		q->out->figures[q->out->len] = figures(cx, &r, (enum allocation_mechanism)m);
		compare_students(cx, &w, &titles, &r, q->out->len++, q->out);
	}
	benchmark(c, q->out);
	filter_students(cx, &w, q->out);
	if (q->out->nstudents) qsort(q->out->students, q->out->nstudents, sizeof(*q->out->students), by_name);
	return OK;
}

enum err campaign_compare(struct cx *cx, struct uuid campaign, struct comparison *out)
{
	return db_tx(cx, DB_READ, compare, &(struct comparing){campaign, out});
}

/* --- allocating --- */

struct allocating {
	struct uuid campaign;
	struct run_view *out;
};

/* The smallest change that would have let her choose it, and what she would have brought into the allocation then. */
static void write_change(struct cx *cx, struct json_writer *j, const struct campaign_whole *w, const struct left_out *l)
{
	enum lang lang = cx->lang;
	const struct applicant *a = whole_applicant(w, &l->application);
	const struct offer *o = whole_offer(w, &l->opportunity);
	struct eligibility e = eligibility_judge(cx->arena, &w->facts, a->student, o, true);
	if (e.state == RULE_YES || !str_present(eligibility_needs(cx, &e))) return;
	struct campaign_facts facts = w->facts;
	struct campaign campaign;
	struct student_facts student = *a->student;
	struct offer offer = *o;
	eligibility_apply(cx->arena, &e, &facts, &campaign, &student, &offer);
	json_member_str(j, "choices", run_changed_choices(cx, w, a, &student));
	json_key(j, "needs");
	json_object_begin(j);
	for (int k = 0; k < LANG_COUNT; k++) {
		cx->lang = (enum lang)k;
		json_member_str(j, lang_code(cx->lang), eligibility_needs(cx, &e));
	}
	cx->lang = lang;
	json_object_end(j);
}

static struct str left_out_json(struct cx *cx, const struct campaign_whole *w, const struct left_out *list, size_t n)
{
	struct sb b;
	struct json_writer j;
	sb_init(&b, cx->arena, RESULT_CAP);
	json_writer_init(&j, &b);
	json_array_begin(&j);
	for (size_t i = 0; i < n; i++) {
		json_object_begin(&j);
		json_member_str(&j, "application", list[i].number);
		json_member_str(&j, "opportunity", uuid_text(cx->arena, list[i].opportunity));
		json_member_str(&j, "state", list[i].state == RULE_NO ? STR("no") : STR("unknown"));
		for (int k = 0; k < LANG_COUNT; k++)
			json_member_str(&j, lang_code((enum lang)k), list[i].whys[k]);
		write_change(cx, &j, w, &list[i]);
		json_object_end(&j);
	}
	json_array_end(&j);
	return sb_str(&b);
}

static struct str digest(struct cx *cx, struct str x, struct str y)
{
	struct sha256 h;
	uint8_t out[SHA256_LEN];
	sha256_init(&h);
	sha256_add(&h, x.ptr, x.len);
	sha256_add(&h, y.ptr, y.len);
	sha256_end(&h, out);
	return hex_encode(cx->arena, (struct str){(const char *)out, sizeof(out)});
}

static void write_result(struct cx *cx, const struct allocation_result *r, const struct question_files *files, int64_t read_us,
                         int64_t solve_us, struct run_row *run)
{
	struct sb placements, certificate, report;
	struct str hash;
	sb_init(&placements, cx->arena, RESULT_CAP);
	allocation_write_placements(&placements, r);
	run->placements = sb_str(&placements);
	sb_init(&certificate, cx->arena, RESULT_CAP);
	allocation_write_certificate(&certificate, r);
	run->certificate = sb_str(&certificate);
	BUG_IF(!hex_decode(cx->arena, files->sha256, &hash));
	struct allocation_measures m = {read_us, solve_us, (int64_t)arena_bytes(cx->arena)};
	sb_init(&report, cx->arena, RESULT_CAP);
	allocation_write_report(&report, r, (const uint8_t *)hash.ptr, &m);
	run->report = sb_str(&report);
	BUG_IF(sb_failed(&placements) || sb_failed(&certificate) || sb_failed(&report));
	run->result_sha256 = digest(cx, run->placements, run->certificate);
}

static struct run_view view_of(const struct run_row *r, int64_t students, int64_t placed)
{
	return (struct run_view){.id = r->id,
	                         .round = r->round,
	                         .at_ms = r->at_ms,
	                         .mechanism = r->mechanism,
	                         .seed = r->seed,
	                         .actor = r->actor,
	                         .input_sha256 = r->input_sha256,
	                         .result_sha256 = r->result_sha256,
	                         .report = r->report,
	                         .certificate = r->certificate,
	                         .seats = r->seats,
	                         .choices = r->choices,
	                         .students = r->students,
	                         .floors = r->floors,
	                         .placements = r->placements,
	                         .nstudents = students,
	                         .placed = placed};
}

static enum err replace_run(struct cx *cx, const struct campaign *c, struct run_row *run)
{
	struct run_row old;
	bool found;
	TRY(run_store_current(cx, c->row.id, &old, &found));
	if (found) TRY(run_store_undo(cx, old.id));
	return run_store_add(cx, run);
}

static enum err keep_run(struct cx *cx, struct campaign *c, struct run_row *run, struct str seed, const struct allocation_result *r)
{
	TRY(replace_run(cx, c, run));
	struct campaign before = *c;
	c->allocated_ms = cx->now_ms;
	c->seed = seed;
	struct str note = str_fmt(
	    cx->arena, "{\"mechanism\":\"%.*s\",\"students\":%u,\"placed\":%u,\"input_sha256\":\"%.*s\",\"result_sha256\":\"%.*s\"}",
	    STR_ARG(run->mechanism), r->allocation->nstudents, r->placed, STR_ARG(run->input_sha256), STR_ARG(run->result_sha256));
	return campaign_save(cx, c, &before, "allocate", note);
}

static enum err allocate(struct cx *cx, void *arg)
{
	struct allocating *q = arg;
	struct campaign *c;
	struct campaign_whole w;
	struct scored scored;
	struct question_files files;
	struct left_out *left;
	size_t nleft;
	struct allocation *problem;
	struct allocation_result r;
	struct str seed;
	TRY(office_only(cx));
	TRY(campaign_load(cx, q->campaign, &c));
	TRY(campaign_closed(cx, c));
	if (c->mechanism == UNKNOWN) return fail(cx, ERR_REFUSED, "mechanism", M_campaign_no_mechanism);
	int64_t t0 = clock_monotonic_us();
	TRY(whole_load(cx, c, &w));
	TRY(whole_score(cx, &w, &scored));
	TRY(choice_store_scores(cx, scored.choices.ptr, scored.choices.len));
	TRY(application_store_scores(cx, scored.applications.ptr, scored.applications.len));
	TRY(run_files(cx, &w, &files, &left, &nleft));
	TRY(run_problem(cx, &files, &problem));
	if (!problem->nchoices) return fail(cx, ERR_REFUSED, NULL, M_campaign_no_applications);
	TRY(seed_store_get(cx, q->campaign, &seed));
	int64_t t1 = clock_monotonic_us();
	TRY(run_solve(cx, problem, (enum allocation_mechanism)c->mechanism, seed, &r));
	struct run_row run = {.id = uuid_new(cx->now_ms),
	                      .campaign = q->campaign,
	                      .round = 1,
	                      .at_ms = cx->now_ms,
	                      .mechanism = str_of(campaign_mechanisms[c->mechanism].code),
	                      .seed = seed,
	                      .seats = files.seats,
	                      .choices = files.choices,
	                      .students = files.students,
	                      .floors = files.floors,
	                      .input_sha256 = files.sha256,
	                      .left_out = left_out_json(cx, &w, left, nleft),
	                      .actor = str_present(cx->actor->email) ? cx->actor->email : STR("operator")};
	write_result(cx, &r, &files, t1 - t0, clock_monotonic_us() - t1, &run);
	*q->out = view_of(&run, problem->nstudents, r.placed);
	return keep_run(cx, c, &run, seed, &r);
}

enum err campaign_allocate(struct cx *cx, struct uuid campaign, struct run_view *out)
{
	return db_tx(cx, DB_WRITE, allocate, &(struct allocating){campaign, out});
}

static enum err undo_allocation(struct cx *cx, void *arg)
{
	const struct uuid *id = arg;
	struct campaign *c;
	struct run_row run;
	TRY(office_only(cx));
	TRY(campaign_load(cx, *id, &c));
	if (c->published_ms != UNKNOWN)
		return fail(cx, ERR_REFUSED, NULL, M_campaign_already_published, ARG_S("date", when(cx, c, c->published_ms)));
	TRY(run_load(cx, *id, &run));
	TRY(run_store_undo(cx, run.id));
	struct campaign before = *c;
	c->allocated_ms = UNKNOWN;
	return campaign_save(cx, c, &before, "undo-allocation", STR_NONE);
}

enum err campaign_undo_allocation(struct cx *cx, struct uuid campaign) { return db_tx(cx, DB_WRITE, undo_allocation, &campaign); }

/* --- looking at the run --- */

enum err run_result(struct cx *cx, const struct run_row *run, struct allocation **problem, struct allocation_result *r)
{
	enum allocation_mechanism m;
	struct question_files files = {run->seats, run->choices, run->students, run->floors, run->input_sha256};
	if (!allocation_mechanism_parse(run->mechanism, &m)) return fail(cx, ERR_BUG, NULL, M_error_bug);
	TRY(run_problem(cx, &files, problem));
	return run_solve(cx, *problem, m, run->seed, r);
}

static enum err view_run(struct cx *cx, void *arg)
{
	struct allocating *q = arg;
	struct run_row run;
	struct allocation_report report;
	struct allocation_fault fault = {0};
	TRY(staff_only(cx));
	TRY(run_load(cx, q->campaign, &run));
	struct allocation_file file = {STR("report.json"), run.report};
	if (allocation_report_read(cx->arena, &file, &report, &fault) != OK) return fail(cx, ERR_BUG, NULL, M_error_bug);
	*q->out = view_of(&run, report.students, report.placed);
	return OK;
}

enum err campaign_run(struct cx *cx, struct uuid campaign, struct run_view *out)
{
	return db_tx(cx, DB_READ, view_run, &(struct allocating){campaign, out});
}

static enum err wrong(struct cx *cx, struct str what)
{
	return fail(cx, ERR_REFUSED, NULL, M_campaign_certificate_wrong, ARG_S("what", what));
}

static enum err verify(struct cx *cx, void *arg)
{
	const struct uuid *id = arg;
	struct campaign *c;
	struct run_row run;
	struct allocation *problem;
	struct allocation_wrong fault = {0};
	uint8_t seed[SHA256_LEN];
	struct str input;
	TRY(staff_only(cx));
	TRY(campaign_load(cx, *id, &c));
	TRY(run_load(cx, *id, &run));
	sha256(run.seed, seed);
	if (!str_eq(hex_encode(cx->arena, (struct str){(const char *)seed, sizeof(seed)}), c->seed_sha256)) return wrong(cx, STR("seed"));
	if (!str_eq(digest(cx, run.placements, run.certificate), run.result_sha256)) return wrong(cx, STR("result_sha256"));
	struct question_files files = {run.seats, run.choices, run.students, run.floors, STR_NONE};
	TRY(run_problem(cx, &files, &problem));
	if (!str_eq(run_digest(cx, &files), run.input_sha256)) return wrong(cx, STR("input_sha256"));
	if (!hex_decode(cx->arena, run.input_sha256, &input) || input.len != SHA256_LEN) return wrong(cx, STR("input_sha256"));
	struct allocation_result_files result = {
	    {STR("placements.csv"), run.placements}, {STR("certificate.csv"), run.certificate}, {STR("report.json"), run.report}};
	if (allocation_verify_files(cx->arena, problem, hmac_sha256, (const uint8_t *)input.ptr, &result, NULL, &fault) == OK) return OK;
	return wrong(cx,
	             str_fmt(cx->arena, "%s %.*s %.*s", allocation_wrong_name(fault.code), STR_ARG(fault.student), STR_ARG(fault.option)));
}

enum err campaign_verify(struct cx *cx, struct uuid campaign) { return db_tx(cx, DB_READ, verify, &campaign); }

/* --- who got what --- */

struct listing {
	struct uuid campaign;
	struct allocated **out;
	size_t *len;
};

static enum err list(struct cx *cx, void *arg)
{
	struct listing *q = arg;
	struct campaign *c;
	struct campaign_whole w;
	struct run_row run;
	struct map titles, by_number;
	struct str rest, line;
	TRY(staff_only(cx));
	TRY(campaign_load(cx, q->campaign, &c));
	TRY(run_load(cx, q->campaign, &run));
	TRY(whole_load(cx, c, &w));
	offers_by_option(cx, &w, &titles);
	map_init(&by_number, cx->arena);
	for (size_t i = 0; i < w.napplicants; i++)
		map_put(&by_number, w.applicants[i].application->number, &w.applicants[i]);
	*q->out = ARENA_ARRAY(cx->arena, struct allocated, w.napplicants + 1);
	*q->len = 0;
	rest = run.placements;
	(void)str_split(&rest, '\n', &line);
	while (str_split(&rest, '\n', &line)) {
		struct str number, option, rank;
		if (!str_split(&line, ',', &number) || !str_split(&line, ',', &option) || !str_split(&line, ',', &rank)) continue;
		const struct applicant *a = map_get(&by_number, number);
		const struct offer *o = map_get(&titles, option);
		if (!a || !may_see(cx, a->application->unit)) continue; /* withdrawn since */
		struct allocated *r = &(*q->out)[(*q->len)++];
		*r = (struct allocated){.application = a->application->row.id,
		                        .number = number,
		                        .name = a->student->name,
		                        .rank = UNKNOWN,
		                        .score = a->application->score,
		                        .apprentice = a->student->status == ENROLLED_APPRENTICE};
		if (!o) continue;
		r->opportunity = o->id;
		r->place = o->title;
		if (!str_to_i64(rank, &r->rank)) r->rank = UNKNOWN;
	}
	return OK;
}

enum err campaign_allocated(struct cx *cx, struct uuid campaign, struct allocated **out, size_t *len)
{
	return db_tx(cx, DB_READ, list, &(struct listing){campaign, out, len});
}
