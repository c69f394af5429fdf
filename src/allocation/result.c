/* Writing results. */
#include "allocation/result.h"
#include "allocation/check.h"
#include "base/base64.h"

static void csv_field(struct sb *out, struct str s)
{
	bool quote = false;
	for (size_t i = 0; i < s.len && !quote; i++)
		quote = s.ptr[i] == ',' || s.ptr[i] == '"' || s.ptr[i] == '\n' || s.ptr[i] == '\r';
	if (!quote) {
		sb_add(out, s);
		return;
	}
	sb_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"') sb_char(out, '"');
		sb_char(out, s.ptr[i]);
	}
	sb_char(out, '"');
}

void allocation_write_placements(struct sb *out, const struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	SB_LIT(out, "student,option,rank\n");
	for (uint32_t s = 0; s < a->nstudents; s++) {
		uint32_t i = r->held[s];
		csv_field(out, a->students[s]);
		sb_char(out, ',');
		if (i != ALLOCATION_NONE) csv_field(out, a->options[a->choice_option[i]].id);
		sb_char(out, ',');
		if (i != ALLOCATION_NONE) sb_int(out, a->choice_rank[i]);
		sb_char(out, '\n');
	}
}

static void price_write(struct sb *out, const char *kind, struct str id, const int64_t *digits, uint32_t ndigits)
{
	uint32_t d = 0;
	while (d < ndigits && !digits[d])
		d++;
	if (d == ndigits) return;
	sb_add(out, str_of(kind));
	sb_char(out, ',');
	csv_field(out, id);
	for (d = 0; d < ndigits; d++) {
		sb_char(out, d ? ':' : ',');
		sb_int(out, digits[d]);
	}
	sb_char(out, '\n');
}

static void prices_write(struct sb *out, const struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	for (uint32_t v = 0; v < a->noptions + a->ncaps; v++)
		price_write(out, price_kind(a, v), allocation_node_id(a, v), r->price + (size_t)v * r->ndigits, r->ndigits);
	for (uint32_t f = 0; f < a->nfloors; f++) {
		price_write(out, "floor", floor_id(out->arena, a, f), r->floor_price + (size_t)f * r->ndigits, r->ndigits);
	}
}

void allocation_write_certificate(struct sb *out, const struct allocation_result *r)
{
	const struct allocation *a = r->allocation;
	SB_LIT(out, "kind,id,value\n");
	if (!r->cutoffs) {
		if (r->price) prices_write(out, r);
		return;
	}
	for (uint32_t o = 0; o < a->noptions; o++) {
		struct str text = allocation_cutoff_text(out->arena, r, o);
		if (!text.ptr) continue;
		SB_LIT(out, "cutoff,");
		csv_field(out, a->options[o].id);
		sb_char(out, ',');
		sb_add(out, text);
		sb_char(out, '\n');
	}
}

void allocation_json_text(struct sb *out, struct str s)
{
	sb_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c == '"' || c == '\\') sb_char(out, '\\');
		if (c < 0x20)
			sb_fmt(out, "\\u%04x", c);
		else
			sb_char(out, (char)c);
	}
	sb_char(out, '"');
}

static void seconds(struct sb *out, const char *name, int64_t us)
{
	sb_fmt(out, "\"%s\": %lld.%06lld,\n", name, (long long)(us / 1000000), (long long)(us % 1000000));
}

static void number(struct sb *out, const char *name, int64_t n) { sb_fmt(out, "\"%s\": %lld,\n", name, (long long)n); }

const char *allocation_floor_state_name(enum allocation_floor_state state)
{
	static const char *const names[] = {"priced", "searched", "limit_reached"};
	return names[state];
}

static void floors_write(struct sb *out, const struct allocation_floor_search *s)
{
	if (!s->limit) return;
	sb_fmt(out, "\"floor_state\": \"%s\",\n", allocation_floor_state_name(s->state));
	number(out, "floor_shortfall_at_least", s->at_least);
}

void allocation_write_report(struct sb *out, const struct allocation_result *r, const uint8_t input_sha256[32],
                             const struct allocation_measures *m)
{
	const struct allocation *a = r->allocation;
	sb_fmt(out, "{\n\"mechanism\": \"%s\",\n\"seed\": ", allocation_properties(r->options.mechanism)->name);
	allocation_json_text(out, r->options.seed);
	SB_LIT(out, ",\n");
	number(out, "students", a->nstudents);
	number(out, "options", a->noptions);
	number(out, "placed", r->placed);
	number(out, "unplaced", a->nstudents - r->placed);
	number(out, "rank_sum", r->rank_sum);
	SB_LIT(out, "\"profile\": [");
	for (uint32_t k = 0; k < a->max_rank; k++) {
		if (k) SB_LIT(out, ", ");
		sb_int(out, r->profile[k]);
	}
	SB_LIT(out, "],\n");
	number(out, "group_shortfall", r->group_shortfall);
	floors_write(out, &r->floor_search);
	SB_LIT(out, "\"input_sha256\": \"");
	sb_add(out, hex_encode(out->arena, (struct str){(const char *)input_sha256, 32}));
	SB_LIT(out, "\",\n");
	seconds(out, "seconds_read", m->read_us);
	seconds(out, "seconds_solve", m->solve_us);
	if (r->floor_search.limit) {
		number(out, "floor_solves_limit", r->floor_search.limit);
		number(out, "floor_solves", r->floor_search.solves);
	}
	sb_fmt(out, "\"peak_bytes\": %lld\n}\n", (long long)m->peak_bytes);
}

size_t allocation_digest_parts(const struct allocation_files *files, struct str parts[ALLOCATION_INPUTS])
{
	const struct str all[ALLOCATION_INPUTS] = {files->seats.bytes,    files->choices.bytes, files->caps.bytes,
	                                           files->students.bytes, files->floors.bytes,  files->pairs.bytes};
	size_t n = 0;
	for (size_t i = 0; i < ALLOCATION_INPUTS; i++)
		if (all[i].ptr) parts[n++] = all[i];
	return n;
}
