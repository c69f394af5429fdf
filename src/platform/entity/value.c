/* One field of a row as text, and back: what files and the API carry, what people type and read. */
#include "base/date.h"
#include "base/utf8.h"
#include "platform/entity/entity.h"
#include "platform/i18n/i18n.h"
#include "platform/reference/reference.h"

struct str *field_str(const struct field *f, const void *row) { return (struct str *)((uintptr_t)row + f->offset); }

int64_t *field_int(const struct field *f, const void *row) { return (int64_t *)((uintptr_t)row + f->offset); }

struct uuid *field_id(const struct field *f, const void *row) { return (struct uuid *)((uintptr_t)row + f->offset); }

bool field_known(const struct field *f, const void *row)
{
	switch (f->type) {
	case FT_TEXT:
	case FT_CODE: return !str_blank(*field_str(f, row));
	case FT_REF: return !uuid_none(*field_id(f, row));
	default: return *field_int(f, row) != UNKNOWN;
	}
}

bool field_equal(const struct field *f, const void *a, const void *b)
{
	switch (f->type) {
	case FT_TEXT:
	case FT_CODE:
		if (str_blank(*field_str(f, a)) || str_blank(*field_str(f, b)))
			return str_blank(*field_str(f, a)) && str_blank(*field_str(f, b));
		return str_eq(*field_str(f, a), *field_str(f, b));
	case FT_REF: return uuid_eq(*field_id(f, a), *field_id(f, b));
	default: return *field_int(f, a) == *field_int(f, b);
	}
}

int field_digits(const struct field *f)
{
	switch (f->type) {
	case FT_MONEY:
	case FT_ECTS: return 2;
	case FT_SCORE: return 4;
	case FT_COORD: return 7;
	default: return 0;
	}
}

bool field_is_number(const struct field *f)
{
	return f->type == FT_INT || f->type == FT_MONEY || f->type == FT_ECTS || f->type == FT_SCORE || f->type == FT_COORD;
}

int64_t field_option(const struct field *f, struct str code)
{
	for (int64_t i = 0; f->options[i].code; i++)
		if (str_is(code, f->options[i].code)) return i;
	return UNKNOWN;
}

/* 12.4000 with its needless zeros cut: the shortest text that reads back to the same number. */
static struct str fixed_machine(struct cx *cx, int64_t n, int digits)
{
	int64_t scale = 1;
	for (int i = 0; i < digits; i++)
		scale *= 10;
	int64_t whole = n / scale, rest = n % scale;
	if (rest < 0) rest = -rest;
	if (!rest) return str_fmt(cx->arena, "%lld", (long long)whole);
	struct str s = str_fmt(cx->arena, "%s%lld.%0*lld", n < 0 && !whole ? "-" : "", (long long)whole, digits, (long long)rest);
	while (s.ptr[s.len - 1] == '0')
		s.len--;
	return s;
}

struct str field_text(struct cx *cx, const struct field *f, const void *row)
{
	if (!field_known(f, row)) return STR_NONE;
	switch (f->type) {
	case FT_TEXT:
	case FT_CODE: return *field_str(f, row);
	case FT_REF: return uuid_text(cx->arena, *field_id(f, row));
	case FT_ENUM: return str_of(f->options[*field_int(f, row)].code);
	case FT_DATE: return date_iso(cx->arena, *field_int(f, row));
	case FT_INSTANT: return instant_iso(cx->arena, *field_int(f, row));
	case FT_BOOL: return *field_int(f, row) ? STR("true") : STR("false");
	default: return fixed_machine(cx, *field_int(f, row), field_digits(f));
	}
}

struct str field_show(struct cx *cx, const struct field *f, const void *row)
{
	if (!field_known(f, row)) return STR_NONE;
	int64_t n = f->type == FT_TEXT || f->type == FT_CODE || f->type == FT_REF ? 0 : *field_int(f, row);
	switch (f->type) {
	case FT_TEXT: return f->show ? f->show(cx, *field_str(f, row)) : *field_str(f, row);
	case FT_CODE: return code_label(cx, str_of(f->list), *field_str(f, row));
	case FT_REF: return uuid_text(cx->arena, *field_id(f, row));
	case FT_ENUM: return tr(cx, f->options[n].label);
	case FT_DATE: return date_text(cx, n);
	case FT_INSTANT: return instant_text(cx, n, cx->zone);
	case FT_BOOL: return tr(cx, n ? M_base_yes : M_base_no);
	case FT_MONEY: return money_text(cx, n, STR("EUR"));
	case FT_ECTS: return fixed_text(cx, n, 2, 0);
	case FT_SCORE: return fixed_text(cx, n, 4, 0);
	case FT_COORD: return fixed_text(cx, n, 7, 0);
	default: return number_text(cx, n);
	}
}

static enum err invalid(struct cx *cx, const struct field *f, int msg, struct str text)
{
	return fail(cx, ERR_INVALID, f->name, msg, ARG_M("field", f->label), ARG_S("value", utf8_head(text, 80)));
}

static bool same_folded(struct cx *cx, struct str a, struct str b) { return str_eq(utf8_fold(cx->arena, a), utf8_fold(cx->arena, b)); }

static enum err parse_option(struct cx *cx, const struct field *f, struct str text, int64_t *out)
{
	*out = field_option(f, text);
	for (int64_t i = 0; *out == UNKNOWN && f->options[i].code; i++) {
		if (str_eq_nocase(text, str_of(f->options[i].code))) *out = i;
		for (enum lang l = 0; l < LANG_COUNT && *out == UNKNOWN; l++)
			if (same_folded(cx, text, tr_lang(cx, l, f->options[i].label, NULL))) *out = i;
	}
	if (*out != UNKNOWN) return OK;
	struct sb list;
	sb_init(&list, cx->arena, 400);
	for (int64_t i = 0; f->options[i].code; i++) {
		if (i) SB_LIT(&list, ", ");
		sb_addz(&list, f->options[i].code);
	}
	return fail(cx, ERR_INVALID, f->name, M_field_option, ARG_M("field", f->label), ARG_S("value", utf8_head(text, 80)),
	            ARG_S("list", sb_str(&list)));
}

static enum err parse_bool(struct cx *cx, const struct field *f, struct str text, int64_t *out)
{
	static const char *const yes[] = {"true", "1", "yes", "oui", "vrai", "on", "x", "y", "o"};
	static const char *const no[] = {"false", "0", "no", "non", "faux", "off", "n"};
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		if (str_eq_nocase(text, str_of(yes[i]))) return *out = 1, OK;
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (str_eq_nocase(text, str_of(no[i]))) return *out = 0, OK;
	return invalid(cx, f, M_field_bool, text);
}

static enum err parse_number(struct cx *cx, const struct field *f, struct str text, int64_t *out)
{
	/* People write 1 234,5 with spaces of several kinds. */
	struct sb b;
	sb_init(&b, cx->arena, 64);
	for (struct str rest = text; rest.len;) {
		int32_t cp = utf8_next(&rest);
		if (cp == ' ' || cp == 0xA0 || cp == 0x202F || cp == 0x2009) continue;
		if (cp == 0x2212) cp = '-';
		sb_char(&b, cp > 0 && cp < 128 ? (char)cp : '?');
	}
	if (sb_failed(&b) || !str_to_fixed(sb_str(&b), field_digits(f), out))
		return invalid(cx, f, field_digits(f) ? M_field_decimal : M_field_number, text);
	return OK;
}

/* EU texts write EL and UK where ISO 3166 has GR and GB (Interinstitutional Style Guide, 7.1). */
static struct str usual_country(struct str code) { return str_is(code, "EL") ? STR("GR") : str_is(code, "UK") ? STR("GB") : code; }

static enum err parse_code(struct cx *cx, const struct field *f, struct str text, struct str *out)
{
	struct str list = str_of(f->list), code, folded;
	if (str_is(list, "country")) text = usual_country(text);
	if (code_exists(list, text)) return *out = text, OK;
	folded = utf8_fold(cx->arena, text);
	for (size_t at = 0; code_next(list, &at, &code);) {
		*out = code;
		if (str_eq_nocase(code, text)) return OK;
		for (enum lang l = 0; l < LANG_COUNT; l++)
			if (str_eq(utf8_fold(cx->arena, code_label_in(l, list, code)), folded)) return OK;
	}
	return invalid(cx, f, M_field_code, text);
}

static enum err parse_text(struct cx *cx, const struct field *f, struct str text, struct str *out)
{
	if (!utf8_valid(text)) return invalid(cx, f, M_field_utf8, STR("?"));
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 0x20 && !((f->flags & FF_LONG) && strchr("\n\r\t", text.ptr[i])) && text.ptr[i] != '\t')
			return invalid(cx, f, M_field_control, STR("?"));
	if (f->limit && (int64_t)text.len > f->limit && (int64_t)utf8_count(text) > f->limit)
		return fail(cx, ERR_INVALID, f->name, M_field_too_long, ARG_M("field", f->label), ARG_S("value", utf8_head(text, 40)),
		            ARG_N("max", f->limit), ARG_N("n", (int64_t)utf8_count(text)));
	*out = text;
	return f->check ? f->check(cx, f, out) : OK;
}

/* "18:00", "18h00", "9 h 05". */
static bool clock_parse(struct str s, int *hour, int *minute)
{
	size_t at = str_find_char(s, ':');
	if (at == STR_NPOS) at = str_find_char(s, 'h');
	int64_t h, m;
	if (at == STR_NPOS || !str_to_i64(str_trim(str_sub(s, 0, at)), &h) || !str_to_i64(str_trim(str_sub(s, at + 1, s.len)), &m))
		return false;
	*hour = (int)h;
	*minute = (int)m;
	return h >= 0 && h < 24 && m >= 0 && m < 60;
}

/* "30/06/2027 18:00": as the clocks of the school show it. */
static bool local_instant(const struct cx *cx, struct str text, int64_t *instant_ms)
{
	size_t gap = str_find_char(text, ' ');
	int64_t date;
	int hour, minute;
	if (gap == STR_NPOS || !date_parse(str_sub(text, 0, gap), &date, NULL)) return false;
	if (!clock_parse(str_trim(str_sub(text, gap, text.len)), &hour, &minute)) return false;
	return zone_instant(str_blank(cx->zone) ? STR("UTC") : cx->zone, date, hour, minute, 0, instant_ms);
}

static enum err parse_int(struct cx *cx, const struct field *f, struct str text, int64_t *n)
{
	bool no_such_day = false;
	switch (f->type) {
	case FT_ENUM: return parse_option(cx, f, text, n);
	case FT_BOOL: return parse_bool(cx, f, text, n);
	case FT_DATE:
		if (date_parse(text, n, &no_such_day)) return OK;
		return invalid(cx, f, no_such_day ? M_field_no_such_day : M_field_date, text);
	case FT_INSTANT: return instant_parse(text, n) || local_instant(cx, str_trim(text), n) ? OK : invalid(cx, f, M_field_instant, text);
	default: return parse_number(cx, f, text, n);
	}
}

static enum err in_range(struct cx *cx, const struct field *f, int64_t n, struct str text)
{
	bool low = f->has_min && n < f->min, high = f->limit && n > f->limit;
	if (f->type == FT_ENUM || f->type == FT_BOOL || f->type == FT_DATE || f->type == FT_INSTANT || (!low && !high)) return OK;
	return fail(cx, ERR_INVALID, f->name, f->has_min ? M_field_between : M_field_at_most, ARG_M("field", f->label),
	            ARG_S("value", utf8_head(text, 40)), ARG_S("min", fixed_text(cx, f->has_min ? f->min : 0, field_digits(f), 0)),
	            ARG_S("max", fixed_text(cx, f->limit ? f->limit : INT64_MAX, field_digits(f), 0)));
}

enum err field_parse(struct cx *cx, const struct field *f, struct str text, void *row)
{
	if (!(f->flags & FF_LONG)) text = str_trim(text);
	switch (f->type) {
	case FT_TEXT:
	case FT_CODE: {
		struct str out = STR_NONE;
		if (!str_blank(text)) TRY(f->type == FT_TEXT ? parse_text(cx, f, text, &out) : parse_code(cx, f, text, &out));
		*field_str(f, row) = out;
		return OK;
	}
	case FT_REF: {
		struct uuid id = UUID_NONE;
		if (!str_blank(text) && !uuid_parse(text, &id)) return invalid(cx, f, M_field_ref, text);
		*field_id(f, row) = id;
		return OK;
	}
	default: {
		int64_t n = UNKNOWN;
		if (!str_blank(text)) {
			TRY(parse_int(cx, f, text, &n));
			TRY(in_range(cx, f, n, text));
		}
		*field_int(f, row) = n;
		return OK;
	}
	}
}
