/* Reading report.json back: one flat object of strings, numbers and one list of numbers, and nothing else. */
#include "allocation/result.h"
#include "allocation/run.h"
#include "base/utf8.h"
#include "base/vec.h"

struct json {
	struct arena *arena;
	const char *at, *end;
};

static void space(struct json *j)
{
	while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\n' || *j->at == '\r'))
		j->at++;
}

static bool is(struct json *j, char c)
{
	space(j);
	if (j->at == j->end || *j->at != c) return false;
	j->at++;
	return true;
}

static bool hex4(struct json *j, uint32_t *out)
{
	if (j->end - j->at < 4) return false;
	*out = 0;
	for (int i = 0; i < 4; i++) {
		char c = *j->at++;
		uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
		                 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
		                 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
		                                        : 16;
		if (digit > 15) return false;
		*out = *out * 16 + digit;
	}
	return true;
}

static bool escape(struct json *j, char out[4], size_t *len)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	if (j->at == j->end) return false;
	char c = *j->at++;
	const char *hit = c ? strchr(from, c) : NULL;
	*len = 1;
	if (hit) {
		out[0] = to[hit - from];
		return true;
	}
	uint32_t cp, low;
	if (c != 'u' || !hex4(j, &cp)) return false;
	if (cp >= 0xd800 && cp < 0xdc00) {
		if (j->end - j->at < 2 || j->at[0] != '\\' || j->at[1] != 'u') return false;
		j->at += 2;
		if (!hex4(j, &low) || low < 0xdc00 || low > 0xdfff) return false;
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
	} else if (cp >= 0xdc00 && cp < 0xe000) {
		return false;
	}
	*len = utf8_put(out, cp);
	return true;
}

static bool text(struct json *j, struct str *out)
{
	if (!is(j, '"')) return false;
	char *to = arena_alloc(j->arena, (size_t)(j->end - j->at) + 1), *p = to;
	while (j->at < j->end && *j->at != '"') {
		if ((unsigned char)*j->at < 0x20) return false;
		char c = *j->at++;
		char put[4] = {c};
		size_t len = 1;
		if (c == '\\' && !escape(j, put, &len)) return false;
		memcpy(p, put, len);
		p += len;
	}
	*out = (struct str){to, (size_t)(p - to)};
	return is(j, '"');
}

static bool integer(struct json *j, int64_t *out)
{
	space(j);
	const char *from = j->at;
	while (j->at < j->end && (*j->at == '-' || (*j->at >= '0' && *j->at <= '9')))
		j->at++;
	return str_to_i64((struct str){from, (size_t)(j->at - from)}, out);
}

static bool integers(struct json *j, struct allocation_report *rep)
{
	VEC(int64_t) list = {0};
	if (!is(j, '[')) return false;
	if (!is(j, ']')) {
		do {
			if (list.len >= ALLOCATION_RANK_MAX || !integer(j, VEC_PUSH(j->arena, &list))) return false;
		} while (is(j, ','));
		if (!is(j, ']')) return false;
	}
	rep->profile = list.ptr;
	rep->nprofile = (uint32_t)list.len;
	return true;
}

static bool decimal(struct json *j)
{
	int64_t whole, part;
	return integer(j, &whole) && (!is(j, '.') || integer(j, &part));
}

/* Fields by number, so that a bit each tells what has been seen. */
static const char *const FIELDS[] = {"mechanism",
                                     "seed",
                                     "students",
                                     "options",
                                     "placed",
                                     "unplaced",
                                     "rank_sum",
                                     "profile",
                                     "group_shortfall",
                                     "input_sha256",
                                     "seconds_read",
                                     "seconds_solve",
                                     "peak_bytes",
                                     "floor_solves_limit",
                                     "floor_solves",
                                     "floor_state",
                                     "floor_shortfall_at_least"};
enum { FIELDS_ALWAYS = 13 }; /* the last ones together or none: with floors at caps */

static bool floor_state_parse(struct str name, enum allocation_floor_state *out)
{
	for (int k = 0; k <= ALLOCATION_FLOORS_LIMIT; k++) {
		if (!str_is(name, allocation_floor_state_name((enum allocation_floor_state)k))) continue;
		*out = (enum allocation_floor_state)k;
		return true;
	}
	return false;
}

static bool field_value(struct json *j, size_t field, struct allocation_report *rep)
{
	int64_t *const numbers[] = {
	    [2] = &rep->students,      [3] = &rep->options,         [4] = &rep->placed,      [5] = &rep->unplaced,
	    [6] = &rep->rank_sum,      [8] = &rep->group_shortfall, [12] = &rep->peak_bytes, [13] = &rep->floor_limit,
	    [14] = &rep->floor_solves, [16] = &rep->floor_at_least};
	struct str name;
	switch (field) {
	case 15: return text(j, &name) && floor_state_parse(name, &rep->floor_state);
	case 0: return text(j, &name) && allocation_mechanism_parse(name, &rep->mechanism);
	case 1: return text(j, &rep->seed) && seed_right(rep->seed);
	case 7: return integers(j, rep);
	case 9: return text(j, &rep->input_sha256);
	case 10:
	case 11: return decimal(j);
	default: return integer(j, numbers[field]);
	}
}

static bool object(struct json *j, struct allocation_report *rep, struct str *at)
{
	unsigned seen = 0;
	if (!is(j, '{')) return false;
	do {
		struct str name;
		size_t field = 0;
		if (!text(j, &name) || !is(j, ':')) return false;
		*at = name;
		while (field < ARRAY_LEN(FIELDS) && !str_is(name, FIELDS[field]))
			field++;
		if (field == ARRAY_LEN(FIELDS) || seen & 1u << field || !field_value(j, field, rep)) return false;
		seen |= 1u << field;
	} while (is(j, ','));
	*at = STR_NONE;
	if (!is(j, '}')) return false;
	space(j);
	size_t needed = seen >> FIELDS_ALWAYS ? ARRAY_LEN(FIELDS) : FIELDS_ALWAYS;
	for (size_t field = 0; field < needed; field++) {
		if (seen & 1u << field) continue;
		*at = str_of(FIELDS[field]);
		return false;
	}
	if (needed > FIELDS_ALWAYS && (rep->floor_limit < 1 || rep->floor_limit > UINT32_MAX)) return false;
	return j->at == j->end;
}

enum err allocation_report_read(struct arena *arena, const struct allocation_file *file, struct allocation_report *out,
                                struct allocation_fault *fault)
{
	struct str bytes = file->bytes.ptr ? file->bytes : STR("");
	struct json j = {arena, bytes.ptr, bytes.ptr + bytes.len};
	struct str at = STR_NONE;
	*out = (struct allocation_report){0};
	if (!utf8_valid(bytes)) {
		*fault = (struct allocation_fault){.code = ALLOCATION_FAULT_UTF8, .file = file->name};
		return ERR_SYNTAX;
	}
	if (object(&j, out, &at)) return OK;
	*fault = (struct allocation_fault){.code = ALLOCATION_FAULT_REPORT, .file = file->name, .line = 1, .value = at};
	for (const char *p = bytes.ptr; p < j.at; p++)
		fault->line += *p == '\n';
	if (at.len) return ERR_SYNTAX;
	/* No field: what stands there. */
	fault->value = (struct str){j.at, 0};
	while (fault->value.len < 20 && j.at + fault->value.len < j.end && j.at[fault->value.len] != '\n')
		fault->value.len++;
	while (fault->value.len && j.at + fault->value.len < j.end && ((unsigned char)j.at[fault->value.len] & 0xc0) == 0x80)
		fault->value.len--;
	return ERR_SYNTAX;
}
