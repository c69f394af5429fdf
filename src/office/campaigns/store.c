/* SQL of campaigns: rows, counts, runs. Facts for the rules are read in facts.c. */
#include "office/campaigns/store.h"

#define FIELD_OF(e, name) (&e##_entity.fields[e##_f_##name])

/* --- rows --- */

enum err campaign_store_applications(struct cx *cx, struct uuid campaign, struct application ***out, size_t *len)
{
	return entity_load_of(cx, &application_entity, FIELD_OF(application, campaign), NULL, campaign, (void ***)out, len);
}

enum err campaign_store_choices(struct cx *cx, struct uuid campaign, struct choice ***out, size_t *len)
{
	return entity_load_of(cx, &choice_entity, FIELD_OF(choice, application), FIELD_OF(application, campaign), campaign, (void ***)out,
	                      len);
}

enum err campaign_store_placements(struct cx *cx, struct uuid campaign, struct placement ***out, size_t *len)
{
	return entity_load_of(cx, &placement_entity, FIELD_OF(placement, campaign), NULL, campaign, (void ***)out, len);
}

static int by_rank(const void *a, const void *b)
{
	const struct choice *x = *(struct choice *const *)a, *y = *(struct choice *const *)b;
	if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
	return str_cmp(x->label, y->label);
}

enum err application_store_choices(struct cx *cx, struct uuid application, struct choice ***out, size_t *len)
{
	TRY(entity_load_of(cx, &choice_entity, FIELD_OF(choice, application), NULL, application, (void ***)out, len));
	if (*len) qsort(*out, *len, sizeof(**out), by_rank);
	return OK;
}

enum err application_store_find(struct cx *cx, struct uuid campaign, struct uuid person, struct application *out, bool *found)
{
	struct db_rows rows;
	struct uuid id = UUID_NONE;
	TRY(db_one(cx, &rows, found, SQL("select id from application where tenant = ?1 and campaign = ?2 and person = ?3"),
	           DB_I(cx->tenant), DB_ID(campaign), DB_ID(person)));
	if (*found) id = db_id(&rows, 0);
	db_done(&rows);
	return *found ? entity_load(cx, &application_entity, id, out, found) : OK;
}

enum err application_store_newest_placement(struct cx *cx, struct uuid application, struct placement *out, bool *found)
{
	struct db_rows rows;
	struct uuid id = UUID_NONE;
	TRY(db_one(cx, &rows, found, SQL("select id from placement where tenant = ?1 and application = ?2 order by round desc limit 1"),
	           DB_I(cx->tenant), DB_ID(application)));
	if (*found) id = db_id(&rows, 0);
	db_done(&rows);
	return *found ? entity_load(cx, &placement_entity, id, out, found) : OK;
}

enum err application_store_remove_choices(struct cx *cx, struct uuid application)
{
	return db_exec(cx, SQL("delete from application_choice where tenant = ?1 and application = ?2"), DB_I(cx->tenant),
	               DB_ID(application));
}

enum err campaign_store_remove_placements(struct cx *cx, struct uuid campaign)
{
	return db_exec(cx, SQL("delete from placement where tenant = ?1 and campaign = ?2"), DB_I(cx->tenant), DB_ID(campaign));
}

/* --- counts --- */

static enum err counts_of_offers(struct cx *cx, struct uuid campaign, struct campaign_counts *n)
{
	struct db_rows rows;
	bool found;
	TRY(db_one(cx, &rows, &found,
	           SQL("select count(*), coalesce(cast(sum(seats) as bigint), 0) from opportunity "
	               "where tenant = ?1 and campaign = ?2 and archived_ms is null"),
	           DB_I(cx->tenant), DB_ID(campaign)));
	n->opportunities = found ? db_int(&rows, 0) : 0;
	n->seats = found ? db_int(&rows, 1) : 0;
	db_done(&rows);
	return OK;
}

static enum err counts_of_applications(struct cx *cx, struct uuid campaign, struct campaign_counts *n)
{
	struct db_rows rows;
	bool found;
	TRY(db_one(
	    cx, &rows, &found,
	    SQL("select coalesce(cast(sum(case when a.withdrawn_ms is null then 1 else 0 end) as bigint), 0), "
	        "coalesce(cast(sum(case when a.withdrawn_ms is null then 0 else 1 end) as bigint), 0), "
	        "coalesce(cast(sum(case when a.withdrawn_ms is null and exists (select 1 from enrolment e join campaign c on c.tenant = ?1 "
	        "and c.id = ?2 "
	        "join academic_year y on y.tenant = ?1 and y.id = c.academic_year join academic_year z on z.tenant = ?1 and z.id = "
	        "e.academic_year "
	        "where e.tenant = ?1 and e.person = a.person and e.archived_ms is null and e.status = 'apprentice' and z.starts <= "
	        "y.starts "
	        "and not exists (select 1 from enrolment f join academic_year x on x.tenant = ?1 and x.id = f.academic_year "
	        "where f.tenant = ?1 and f.person = a.person and f.archived_ms is null and x.starts <= y.starts and x.starts > z.starts)) "
	        "then 1 else 0 end) as bigint), 0) from application a where a.tenant = ?1 and a.campaign = ?2"),
	    DB_I(cx->tenant), DB_ID(campaign)));
	n->applications = found ? db_int(&rows, 0) : 0;
	n->withdrawn = found ? db_int(&rows, 1) : 0;
	n->apprentices = found ? db_int(&rows, 2) : 0;
	db_done(&rows);
	return db_number(cx, &n->asked, SQL("select count(distinct application) from campaign_ask where tenant = ?1 and campaign = ?2"),
	                 DB_I(cx->tenant), DB_ID(campaign));
}

enum err campaign_store_counts(struct cx *cx, struct uuid campaign, struct campaign_counts *n)
{
	struct db_rows rows;
	*n = (struct campaign_counts){0};
	TRY(counts_of_offers(cx, campaign, n));
	TRY(counts_of_applications(cx, campaign, n));
	TRY(db_query(
	    cx, &rows,
	    SQL("select case when p.opportunity is null then 'none' else coalesce(p.answer, 'offered') end, count(*) from placement p "
	        "where p.tenant = ?1 and p.campaign = ?2 and not exists (select 1 from placement q where q.tenant = ?1 and "
	        "q.application = p.application and q.round > p.round) group by 1"),
	    DB_I(cx->tenant), DB_ID(campaign)));
	while (db_next(&rows)) {
		struct str what = db_str_view(&rows, 0);
		int64_t many = db_int(&rows, 1);
		if (str_is(what, "none"))
			n->unplaced = many;
		else
			n->placed += many;
		if (str_is(what, "offered")) n->waiting = many;
		if (str_is(what, "accepted")) n->accepted = many;
		if (str_is(what, "declined")) n->declined = many;
		if (str_is(what, "expired")) n->expired = many;
	}
	n->placed -= n->declined + n->expired;
	return rows.err;
}

enum err campaign_store_ids(struct cx *cx, bool opened_only, struct uuid **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct uuid) all = {0};
	TRY(db_query(cx, &rows,
	             SQL("select id from campaign where tenant = ?1 and archived_ms is null and (?2 = 0 or opened_ms is not null) order by "
	                 "closes_ms desc, id desc"),
	             DB_I(cx->tenant), DB_I(opened_only)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &all) = db_id(&rows, 0);
	*out = all.ptr;
	*len = all.len;
	return rows.err;
}

enum err campaign_store_lapsed(struct cx *cx, struct uuid **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct uuid) all = {0};
	TRY(db_query(cx, &rows,
	             SQL("select id from placement where tenant = ?1 and opportunity is not null and answer is null and answer_by_ms <= ?2 "
	                 "order by id"),
	             DB_I(cx->tenant), DB_I(cx->now_ms)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &all) = db_id(&rows, 0);
	*out = all.ptr;
	*len = all.len;
	return rows.err;
}

/* --- stars --- */

enum err star_store_set(struct cx *cx, struct uuid person, struct uuid opportunity, bool on)
{
	if (!on)
		return db_exec(cx, SQL("delete from star where tenant = ?1 and person = ?2 and opportunity = ?3"), DB_I(cx->tenant),
		               DB_ID(person), DB_ID(opportunity));
	return db_exec(cx,
	               SQL("insert into star (tenant, person, opportunity, starred_ms) values (?1, ?2, ?3, ?4) on conflict (tenant, "
	                   "person, opportunity) do nothing"),
	               DB_I(cx->tenant), DB_ID(person), DB_ID(opportunity), DB_I(cx->now_ms));
}

enum err star_store_list(struct cx *cx, struct uuid person, struct uuid campaign, struct star_row **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct star_row) all = {0};
	TRY(db_query(
	    cx, &rows,
	    SQL("select s.opportunity, s.starred_ms from star s join opportunity o on o.tenant = s.tenant and o.id = s.opportunity "
	        "where s.tenant = ?1 and s.person = ?2 and o.campaign = ?3 and o.archived_ms is null order by s.starred_ms, s.opportunity"),
	    DB_I(cx->tenant), DB_ID(person), DB_ID(campaign)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &all) = (struct star_row){db_id(&rows, 0), db_int(&rows, 1)};
	*out = all.ptr;
	*len = all.len;
	return rows.err;
}

/* --- wishes and scores --- */

enum err campaign_store_wishes(struct cx *cx, struct uuid campaign, struct wish **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct wish) all = {0};
	TRY(db_query(cx, &rows,
	             SQL("select h.id, h.application, h.opportunity, h.rank, h.panel, h.score from application a "
	                 "join application_choice h on h.tenant = a.tenant and h.application = a.id "
	                 "where a.tenant = ?1 and a.campaign = ?2 and a.withdrawn_ms is null"),
	             DB_I(cx->tenant), DB_ID(campaign)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &all) =
		    (struct wish){db_id(&rows, 0), db_id(&rows, 1), db_id(&rows, 2), db_int(&rows, 3), db_int(&rows, 4), db_int(&rows, 5)};
	*out = all.ptr;
	*len = all.len;
	return rows.err;
}

static enum err write_scores(struct cx *cx, struct sql sql, const struct score_row *rows, size_t n)
{
	struct db_batch batch;
	if (!n) return OK;
	TRY(db_batch_begin(cx, &batch, sql));
	for (size_t i = 0; i < n; i++) {
		const struct db_arg args[] = {DB_I(cx->tenant), DB_ID(rows[i].id), DB_N(rows[i].score), DB_S(rows[i].lines),
		                              DB_I(cx->now_ms)};
		TRY(db_batch_add(&batch, args, ARRAY_LEN(args)));
	}
	return db_batch_end(&batch);
}

enum err choice_store_scores(struct cx *cx, const struct score_row *rows, size_t n)
{
	return write_scores(cx,
	                    SQL("update application_choice set score = ?3, score_lines = ?4, changed_ms = ?5, version = version + 1 "
	                        "where tenant = ?1 and id = ?2"),
	                    rows, n);
}

enum err application_store_scores(struct cx *cx, const struct score_row *rows, size_t n)
{
	return write_scores(cx,
	                    SQL("update application set score = ?3, score_lines = ?4, changed_ms = ?5, version = version + 1 where tenant "
	                        "= ?1 and id = ?2"),
	                    rows, n);
}

enum err choice_store_panel(struct cx *cx, struct uuid campaign, struct uuid application, struct uuid opportunity, int64_t panel,
                            bool *changed)
{
	int64_t n;
	TRY(db_exec_count(
	    cx, &n,
	    SQL("update application_choice set panel = ?5, changed_ms = ?6, version = version + 1 where tenant = ?1 and application = ?3 "
	        "and opportunity = ?4 and exists (select 1 from application a where a.tenant = ?1 and a.id = ?3 and a.campaign = ?2 "
	        "and a.withdrawn_ms is null)"),
	    DB_I(cx->tenant), DB_ID(campaign), DB_ID(application), DB_ID(opportunity), DB_N(panel), DB_I(cx->now_ms)));
	*changed = n == 1;
	return OK;
}

/* --- the draw --- */

enum err seed_store_set(struct cx *cx, struct uuid campaign, struct str seed)
{
	return db_exec(cx, SQL("insert into campaign_seed (tenant, campaign, seed) values (?1, ?2, ?3)"), DB_I(cx->tenant), DB_ID(campaign),
	               DB_S(seed));
}

enum err seed_store_get(struct cx *cx, struct uuid campaign, struct str *seed)
{
	struct db_rows rows;
	bool found;
	TRY(db_one(cx, &rows, &found, SQL("select seed from campaign_seed where tenant = ?1 and campaign = ?2"), DB_I(cx->tenant),
	           DB_ID(campaign)));
	*seed = found ? db_str(&rows, 0) : STR_NONE;
	db_done(&rows);
	return OK;
}

/* --- runs --- */

enum err run_store_add(struct cx *cx, const struct run_row *r)
{
	return db_exec(cx,
	               SQL("insert into allocation_run (tenant, id, campaign, round, mechanism, seed, seats, choices, students, "
	                   "placements, certificate, "
	                   "report, input_sha256, result_sha256, left_out, at_ms, actor, floors) "
	                   "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"),
	               DB_I(cx->tenant), DB_ID(r->id), DB_ID(r->campaign), DB_I(r->round), DB_S(r->mechanism), DB_S(r->seed),
	               DB_S(r->seats), DB_S(r->choices), DB_S(r->students), DB_S(r->placements), DB_S(r->certificate), DB_S(r->report),
	               DB_S(r->input_sha256), DB_S(r->result_sha256), DB_S(r->left_out), DB_I(r->at_ms), DB_S(r->actor), DB_S(r->floors));
}

enum err run_store_current(struct cx *cx, struct uuid campaign, struct run_row *r, bool *found)
{
	struct db_rows rows;
	TRY(db_one(
	    cx, &rows, found,
	    SQL("select id, campaign, round, at_ms, mechanism, seed, seats, choices, students, placements, certificate, report, "
	        "input_sha256, "
	        "result_sha256, left_out, actor, floors from allocation_run where tenant = ?1 and campaign = ?2 and undone_ms is null "
	        "order by round desc, id desc limit 1"),
	    DB_I(cx->tenant), DB_ID(campaign)));
	if (*found)
		*r = (struct run_row){.id = db_id(&rows, 0),
		                      .campaign = db_id(&rows, 1),
		                      .round = db_int(&rows, 2),
		                      .at_ms = db_int(&rows, 3),
		                      .mechanism = db_str(&rows, 4),
		                      .seed = db_str(&rows, 5),
		                      .seats = db_str(&rows, 6),
		                      .choices = db_str(&rows, 7),
		                      .students = db_str(&rows, 8),
		                      .placements = db_str(&rows, 9),
		                      .certificate = db_str(&rows, 10),
		                      .report = db_str(&rows, 11),
		                      .input_sha256 = db_str(&rows, 12),
		                      .result_sha256 = db_str(&rows, 13),
		                      .left_out = db_str(&rows, 14),
		                      .actor = db_str(&rows, 15),
		                      .floors = db_str(&rows, 16)};
	db_done(&rows);
	return OK;
}

enum err run_store_undo(struct cx *cx, struct uuid run)
{
	return db_exec(cx, SQL("update allocation_run set undone_ms = ?3 where tenant = ?1 and id = ?2"), DB_I(cx->tenant), DB_ID(run),
	               DB_I(cx->now_ms));
}

/* --- asked --- */

enum err ask_store_add(struct cx *cx, struct uuid campaign, const struct ask_row *a)
{
	return db_exec(cx,
	               SQL("insert into campaign_ask (tenant, id, campaign, application, missing, detail, asked_ms, mail, actor) "
	                   "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
	               DB_I(cx->tenant), DB_ID(a->id), DB_ID(campaign), DB_ID(a->application), DB_S(a->missing),
	               DB_S(str_present(a->detail) ? a->detail : STR("")), DB_I(a->asked_ms), DB_ID(a->mail),
	               DB_S(cx->actor && str_present(cx->actor->email) ? cx->actor->email : STR("operator")));
}

enum err ask_store_list(struct cx *cx, struct uuid campaign, struct ask_row **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct ask_row) all = {0};
	TRY(db_query(cx, &rows,
	             SQL("select id, application, mail, missing, detail, asked_ms from campaign_ask where tenant = ?1 and campaign = ?2 "
	                 "order by asked_ms, id"),
	             DB_I(cx->tenant), DB_ID(campaign)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &all) = (struct ask_row){.id = db_id(&rows, 0),
		                                              .application = db_id(&rows, 1),
		                                              .mail = db_id(&rows, 2),
		                                              .missing = db_str(&rows, 3),
		                                              .detail = db_str(&rows, 4),
		                                              .asked_ms = db_int(&rows, 5)};
	*out = all.ptr;
	*len = all.len;
	return rows.err;
}

enum err ask_store_remove(struct cx *cx, struct uuid campaign, int64_t asked_ms)
{
	return db_exec(cx, SQL("delete from campaign_ask where tenant = ?1 and campaign = ?2 and asked_ms = ?3"), DB_I(cx->tenant),
	               DB_ID(campaign), DB_I(asked_ms));
}

/* --- conditions --- */

enum err campaign_store_conditions(struct cx *cx, const struct campaign_facts *c, struct condition_row **out, size_t *len)
{
	struct db_rows rows;
	VEC(struct condition_row) all = {0};
	const char *mobility = c->campaign->activity == ACTIVITY_TRAINING   ? "SMT"
	                       : c->campaign->activity == ACTIVITY_RESEARCH ? "SMD"
	                                                                    : "SMS";
	TRY(db_query(
	    cx, &rows,
	    SQL("select k.id, p.id, p.name, k.label, k.places, k.months, "
	        "exists (select 1 from opportunity o where o.tenant = ?1 and o.campaign = ?2 and o.condition = k.id and o.archived_ms is "
	        "null) "
	        "from agreement_condition k join agreement a on a.tenant = k.tenant and a.id = k.agreement "
	        "join partner p on p.tenant = a.tenant and p.id = a.partner "
	        "left join academic_year y1 on y1.tenant = k.tenant and y1.id = k.first_year "
	        "left join academic_year y2 on y2.tenant = k.tenant and y2.id = k.last_year "
	        "where k.tenant = ?1 and k.archived_ms is null and a.archived_ms is null and k.direction = 'out' and k.mobility = ?3 "
	        "and a.signed_here is not null and a.signed_there is not null and a.ended is null "
	        "and a.valid_from <= ?5 and (a.valid_to is null or a.valid_to >= ?4) "
	        "and (y1.starts is null or y1.starts <= ?4) and (y2.starts is null or y2.starts >= ?4) order by p.name_fold, k.id"),
	    DB_I(cx->tenant), DB_ID(c->campaign->row.id), DB_S(str_of(mobility)), DB_N(c->year_starts), DB_N(c->year_ends)));
	while (db_next(&rows)) {
		struct condition_row *k = VEC_PUSH(cx->arena, &all);
		*k = (struct condition_row){.condition = db_id(&rows, 0),
		                            .partner = db_id(&rows, 1),
		                            .partner_name = db_str(&rows, 2),
		                            .label = db_str(&rows, 3),
		                            .places = db_int(&rows, 4),
		                            .months = db_int(&rows, 5),
		                            .in_campaign = db_int(&rows, 6) == 1};
	}
	*out = all.ptr;
	*len = all.len;
	return rows.err;
}
