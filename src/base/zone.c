/* Time zones from the system's TZif files (RFC 9636): the 64-bit transitions, then the POSIX TZ rule of the footer for
 * all later years. The C library's own time zone functions work on process-wide state and are not used. */
#include "base/date.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER = 44, LARGEST_FILE = 256 << 10, LONGEST_NAME = 64 };

enum rule_day { DAY_NONE, DAY_JULIAN, DAY_ZERO_BASED, DAY_MONTH_WEEK };

/* When a change comes, in the clock time before it. */
struct change {
	enum rule_day kind;
	int month, week, day; /* week 5 is the last; day 0 is Sunday, or the day of the year */
	int time_s;           /* -167 h to 167 h after midnight */
};

struct rule {
	bool present;
	int standard_s, summer_s; /* east of UTC */
	struct change to_summer, to_standard;
};

/* Never changed once it is in the list. */
struct zone {
	struct str name;
	size_t count;
	int64_t *at;   /* transitions, seconds since 1970 */
	int32_t *then; /* offset from each of them on */
	int32_t before;
	struct rule rule;
	struct zone *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones;
static struct arena *zones_arena; /* lives as long as the process */

/* ---- the footer ---- */

static bool eat(struct str *s, char c)
{
	if (!s->len || s->ptr[0] != c) return false;
	*s = str_sub(*s, 1, s->len);
	return true;
}

static bool eat_number(struct str *s, int max, int *out)
{
	int n = 0;
	size_t i = 0;
	for (; i < s->len && i < 3 && s->ptr[i] >= '0' && s->ptr[i] <= '9'; i++)
		n = n * 10 + (s->ptr[i] - '0');
	*s = str_sub(*s, i, s->len);
	*out = n;
	return i > 0 && n <= max;
}

/* "-3", "5:30", "+167:00:00" */
static bool eat_time(struct str *s, int *seconds)
{
	int h, m = 0, sec = 0;
	bool minus = eat(s, '-');
	if (!minus) eat(s, '+');
	if (!eat_number(s, 167, &h) || (eat(s, ':') && (!eat_number(s, 59, &m) || (eat(s, ':') && !eat_number(s, 59, &sec))))) return false;
	*seconds = (h * 3600 + m * 60 + sec) * (minus ? -1 : 1);
	return true;
}

static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/* "CET" or "<-03>" */
static bool eat_abbreviation(struct str *s)
{
	size_t n = 0;
	if (eat(s, '<')) {
		n = str_find_char(*s, '>');
		if (n == STR_NPOS) return false;
		*s = str_sub(*s, n + 1, s->len);
	} else {
		while (n < s->len && is_letter(s->ptr[n]))
			n++;
		*s = str_sub(*s, n, s->len);
	}
	return n >= 3;
}

/* "M3.5.0/2", "J60", "59/-1" */
static bool eat_change(struct str *s, struct change *c)
{
	bool good;
	if (eat(s, 'M')) {
		c->kind = DAY_MONTH_WEEK;
		good = eat_number(s, 12, &c->month) && c->month && eat(s, '.') && eat_number(s, 5, &c->week) && c->week && eat(s, '.') &&
		       eat_number(s, 6, &c->day);
	} else if (eat(s, 'J')) {
		c->kind = DAY_JULIAN;
		good = eat_number(s, 365, &c->day) && c->day;
	} else {
		c->kind = DAY_ZERO_BASED;
		good = eat_number(s, 365, &c->day);
	}
	c->time_s = 2 * 3600;
	return good && (!eat(s, '/') || eat_time(s, &c->time_s));
}

static bool rule_parse(struct str s, struct rule *r)
{
	*r = (struct rule){0};
	if (!s.len) return true; /* the last transition holds for ever */
	int west_s;
	if (!eat_abbreviation(&s) || !eat_time(&s, &west_s)) return false;
	r->present = true;
	r->standard_s = r->summer_s = -west_s;
	if (!s.len) return true;
	if (!eat_abbreviation(&s)) return false;
	r->summer_s = r->standard_s + 3600;
	if (s.len && s.ptr[0] != ',') {
		if (!eat_time(&s, &west_s)) return false;
		r->summer_s = -west_s;
	}
	return eat(&s, ',') && eat_change(&s, &r->to_summer) && eat(&s, ',') && eat_change(&s, &r->to_standard) && !s.len;
}

/* Clock time of a change in a year, as seconds since 1970 without regard to the offset. */
static int64_t change_in_year(const struct change *c, int year)
{
	int64_t date = date_from_civil(year, 1, 1);
	if (c->kind == DAY_MONTH_WEEK) {
		date = date_from_civil(year, c->month, 1);
		date += (c->day - date_weekday(date) % 7 + 7) % 7 + 7 * (c->week - 1);
		if (date_civil(date).month != c->month) date -= 7;
	} else if (c->kind == DAY_JULIAN) { /* 29 February is not counted */
		date += c->day - 1 + (c->day > 59 && date_valid(year, 2, 29));
	} else {
		date += c->day;
	}
	return date * 86400 + c->time_s;
}

static int rule_offset(const struct rule *r, int64_t t)
{
	if (r->to_summer.kind == DAY_NONE) return r->standard_s;
	int64_t shown = t + r->standard_s;
	int year = date_civil(shown / 86400 - (shown % 86400 < 0)).year;
	int64_t summer = change_in_year(&r->to_summer, year) - r->standard_s;
	int64_t standard = change_in_year(&r->to_standard, year) - r->summer_s;
	bool in_summer = summer < standard ? t >= summer && t < standard : t >= summer || t < standard;
	return in_summer ? r->summer_s : r->standard_s;
}

/* ---- the file ---- */

static int64_t big_endian(const unsigned char *p, int bytes)
{
	uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;
	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

struct counts {
	size_t isut, isstd, leap, time, type, chars;
};

static bool read_counts(struct str file, struct counts *c)
{
	if (file.len < HEADER || memcmp(file.ptr, "TZif", 4) != 0) return false;
	size_t *out[] = {&c->isut, &c->isstd, &c->leap, &c->time, &c->type, &c->chars};
	for (int i = 0; i < 6; i++) {
		int64_t n = big_endian((const unsigned char *)file.ptr + 20 + 4 * i, 4);
		if (n < 0 || n > LARGEST_FILE) return false;
		*out[i] = (size_t)n;
	}
	return true;
}

static size_t block_size(const struct counts *c, size_t time_size)
{
	return HEADER + c->time * (time_size + 1) + c->type * 6 + c->chars + c->leap * (time_size + 4) + c->isstd + c->isut;
}

static bool read_transitions(struct arena *a, const unsigned char *p, const struct counts *c, struct zone *z)
{
	const unsigned char *index = p + c->time * 8, *types = index + c->time;
	z->count = c->time;
	z->at = ARENA_ARRAY(a, int64_t, c->time);
	z->then = ARENA_ARRAY(a, int32_t, c->time);
	z->before = (int32_t)big_endian(types, 4);
	for (size_t i = 0; i < c->time; i++) {
		if (index[i] >= c->type) return false;
		z->at[i] = big_endian(p + i * 8, 8);
		z->then[i] = (int32_t)big_endian(types + index[i] * 6, 4);
		if (i && z->at[i] <= z->at[i - 1]) return false;
	}
	return true;
}

/* A file of version 1 (32-bit times only) or with leap seconds ("right/...") is not read. */
static bool zone_read(struct arena *a, struct str file, struct zone *z)
{
	struct counts c;
	if (!read_counts(file, &c) || file.ptr[4] < '2') return false;
	file = str_sub(file, block_size(&c, 4), file.len);
	if (!read_counts(file, &c) || c.leap || !c.type) return false;
	size_t size = block_size(&c, 8);
	if (file.len < size + 2 || !read_transitions(a, (const unsigned char *)file.ptr + HEADER, &c, z)) return false;
	struct str footer = str_sub(file, size, file.len);
	if (!eat(&footer, '\n') || footer.ptr[footer.len - 1] != '\n') return false;
	return rule_parse(str_sub(footer, 0, footer.len - 1), &z->rule);
}

/* "Europe/Paris": parts of letters, digits, _ + -, joined by single slashes. Dots are not needed, so no "..". */
static bool name_good(struct str name)
{
	if (!name.len || name.len > LONGEST_NAME) return false;
	char last = '/';
	for (size_t i = 0; i < name.len; last = name.ptr[i++]) {
		char c = name.ptr[i];
		if (c == '/' ? last == '/' : !is_letter(c) && !(c >= '0' && c <= '9') && c != '_' && c != '+' && c != '-') return false;
	}
	return last != '/';
}

static bool file_read(struct arena *a, int fd, struct str *file)
{
	struct stat st;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > LARGEST_FILE) return false;
	char *bytes = arena_alloc(a, (size_t)st.st_size);
	size_t len = 0;
	for (ssize_t n; (n = read(fd, bytes + len, (size_t)st.st_size - len)) > 0;)
		len += (size_t)n;
	*file = (struct str){bytes, len};
	return len == (size_t)st.st_size;
}

static struct zone *zone_load(struct arena *a, struct str name)
{
	const char *dir = getenv("TZDIR");
	struct arena *scratch = arena_new();
	struct str path = str_fmt(scratch, "%s/%.*s", dir && *dir ? dir : "/usr/share/zoneinfo", STR_ARG(name));
	int fd = open(str_z(scratch, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct str file;
	struct arena_mark m = arena_mark(a);
	struct zone *z = ARENA_NEW(a, struct zone);
	bool good = fd >= 0 && file_read(scratch, fd, &file) && zone_read(a, file, z);
	if (fd >= 0) close(fd);
	arena_free(scratch);
	if (!good) {
		arena_rewind(a, m);
		return NULL;
	}
	z->name = str_copy(a, name);
	return z;
}

static const struct zone *zone_find(struct str name)
{
	if (!name_good(name)) return NULL;
	pthread_mutex_lock(&lock);
	struct zone *z = zones;
	while (z && !str_eq(z->name, name))
		z = z->next;
	if (!z) {
		if (!zones_arena) zones_arena = arena_new();
		z = zone_load(zones_arena, name);
		if (z) {
			z->next = zones;
			zones = z;
		}
	}
	pthread_mutex_unlock(&lock);
	return z;
}

/* ---- questions ---- */

static int offset_at(const struct zone *z, int64_t t)
{
	size_t low = 0, high = z->count; /* how many transitions lie at or before t */
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (z->at[mid] <= t)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == z->count && z->rule.present) return rule_offset(&z->rule, t);
	return low ? z->then[low - 1] : z->before;
}

bool zone_offset(struct str zone, int64_t instant_ms, int *offset_s)
{
	const struct zone *z = zone_find(zone);
	if (!z || instant_ms == UNKNOWN) return false;
	*offset_s = offset_at(z, instant_ms / 1000 - (instant_ms % 1000 < 0));
	return true;
}

bool zone_instant(struct str zone, int64_t date, int hour, int minute, int second, int64_t *instant_ms)
{
	const struct zone *z = zone_find(zone);
	if (!z || !date_civil(date).month || date > INT64_MAX / 86400000 - 10 || date < INT64_MIN / 86400000 + 10) return false;
	int64_t shown = date * 86400 + (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
	/* The answer lies within a day of what the clocks show, so one of the offsets a day around applies. */
	int before = offset_at(z, shown - 86400), after = offset_at(z, shown + 86400);
	int64_t t = shown - before, later = shown - after;
	if (offset_at(z, t) != before && offset_at(z, later) == after) t = later;
	*instant_ms = t * 1000;
	return true;
}
