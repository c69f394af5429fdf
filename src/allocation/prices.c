/* Checking that prices prove a placement, and reading them from a certificate. */
#include "allocation/canon.h"
#include "allocation/run.h"
#include "base/sb.h"

struct str price_text(struct arena *arena, const int64_t *digits, uint32_t ndigits)
{
	struct sb out;
	sb_init(&out, arena, (size_t)ndigits * 24 + 64);
	for (uint32_t d = 0; d < ndigits; d++) {
		if (d) sb_char(&out, ':');
		sb_int(&out, digits[d]);
	}
	return sb_str(&out);
}

const char *price_kind(const struct allocation *a, uint32_t node)
{
	return node >= a->noptions && allocation_find_option(a, allocation_node_id(a, node)) != ALLOCATION_NONE ? "price_cap" : "price";
}

struct str floor_id(struct arena *arena, const struct allocation *a, uint32_t floor)
{
	struct str node = allocation_node_id(a, a->floors[floor].node), group = a->groups[a->floors[floor].group];
	return str_fmt(arena, "%.*s:%.*s", STR_ARG(node), STR_ARG(group));
}

static bool zero(const int64_t *digits, uint32_t nd)
{
	for (uint32_t d = 0; d < nd; d++)
		if (digits[d]) return false;
	return true;
}

static int sign(const int64_t *digits, uint32_t nd)
{
	for (uint32_t d = 0; d < nd; d++)
		if (digits[d]) return digits[d] < 0 ? -1 : 1;
	return 0;
}

static enum err price_wrong(struct check *c, enum allocation_wrong_code code, uint32_t node, const int64_t *digits)
{
	wrong_at(c, code, ALLOCATION_NONE, node);
	c->wrong->text_found = price_text(c->arena, digits, c->r->ndigits);
	return ERR_REFUSED;
}

static enum err nodes_check(struct check *c)
{
	const struct allocation *a = c->r->allocation;
	uint32_t nd = c->r->ndigits;
	for (uint32_t v = 0; v < a->noptions + a->ncaps; v++) {
		const int64_t *price = c->r->price + (size_t)v * nd;
		if (sign(price, nd) < 0) return price_wrong(c, ALLOCATION_WRONG_PRICE_NEGATIVE, v, price);
		if (c->r->load[v] < a->node_capacity[v] && !zero(price, nd)) return price_wrong(c, ALLOCATION_WRONG_PRICE_FREE, v, price);
	}
	return OK;
}

static enum err floors_check(struct check *c, const struct cost_layout *layout)
{
	const struct allocation *a = c->r->allocation;
	uint32_t nd = c->r->ndigits;
	uint32_t *have = floors_have(c->arena, c->r);
	int64_t *unit = ARENA_ARRAY(c->arena, int64_t, nd);
	for (uint32_t f = 0; f < a->nfloors; f++) {
		const int64_t *price = c->r->floor_price + (size_t)f * nd;
		unit[layout->shortfall] = 1;
		int low = sign(price, nd), high = cost_cmp(price, unit, nd);
		bool right = have[f] < a->floors[f].floor ? high == 0 : have[f] > a->floors[f].floor ? low == 0 : low >= 0 && high <= 0;
		if (!right) return price_wrong(c, ALLOCATION_WRONG_FLOOR_PRICE, a->floors[f].node, price);
	}
	return OK;
}

/* Of every option: what the way to the root adds. */
static int64_t *ways(struct check *c)
{
	const struct allocation *a = c->r->allocation;
	uint32_t nd = c->r->ndigits;
	int64_t *way = ARENA_ARRAY(c->arena, int64_t, (size_t)a->noptions * nd);
	for (uint32_t o = 0; o < a->noptions; o++)
		for (uint32_t v = o; v != ALLOCATION_NONE; v = a->node_parent[v])
			for (uint32_t d = 0; d < nd; d++)
				way[(size_t)o * nd + d] += c->r->price[(size_t)v * nd + d];
	return way;
}

struct student_check {
	struct check *c;
	const struct cost_layout *layout;
	const int64_t *way; /* NULL with floors */
	uint32_t *position; /* of the list, when known */
	bool positions;
	int64_t *least, *have;
	struct tight *tight;
};

static void total(struct student_check *k, uint32_t s, uint32_t i, int64_t *digits)
{
	const struct allocation *a = k->c->r->allocation;
	uint32_t position = 0, nd = k->layout->ndigits;
	if (i != ALLOCATION_NONE) {
		if (!k->positions) cost_positions(k->c->arena, k->c->r, s, k->position);
		k->positions = true;
		position = k->position[i - a->off[s]];
	}
	if (!k->way) {
		cost_total(k->layout, k->c->r, s, i, position, digits);
		return;
	}
	cost_of(k->layout, k->c->r, s, i, position, digits);
	for (uint32_t d = 0; i != ALLOCATION_NONE && d < nd; d++)
		digits[d] += k->way[(size_t)a->choice_option[i] * nd + d];
}

/* Mostly some digit before the last decides, and for that neither the draw nor the whole vector is needed. */
static bool surely_more(const struct student_check *k, uint32_t i)
{
	const struct allocation *a = k->c->r->allocation;
	const struct cost_layout *l = k->layout;
	if (!k->way) return false;
	const int64_t *way = k->way + (size_t)a->choice_option[i] * l->ndigits;
	uint32_t rank = a->choice_rank[i], at = l->digit_of ? l->digit_of[rank] : l->first;
	int64_t digit = !l->digit_of ? (int64_t)rank : l->mechanism == ALLOCATION_GREEDY ? -1 : 1;
	for (uint32_t d = 0; d < l->lottery; d++) {
		int64_t cost = way[d] + (d == at ? digit : 0);
		if (cost != k->least[d]) return cost > k->least[d];
	}
	return false;
}

static enum err student_check(struct student_check *k, uint32_t s)
{
	const struct allocation *a = k->c->r->allocation;
	uint32_t held = k->c->r->held[s], nd = k->layout->ndigits;
	k->positions = false;
	total(k, s, held, k->least);
	for (uint32_t i = a->off[s]; i <= a->off[s + 1]; i++) {
		uint32_t choice = i < a->off[s + 1] ? i : ALLOCATION_NONE;
		if (choice == held) continue;
		if (choice != ALLOCATION_NONE && (allocation_choice_forbidden(a, i) || surely_more(k, i))) continue;
		total(k, s, choice, k->have);
		int more = cost_cmp(k->have, k->least, nd);
		if (more == 0) tight_add(k->c, k->tight, s, held, choice);
		if (more >= 0) continue;
		wrong_at(k->c, choice == ALLOCATION_NONE ? ALLOCATION_WRONG_NOTHING_CHEAPER : ALLOCATION_WRONG_CHEAPER, s,
		         choice == ALLOCATION_NONE ? ALLOCATION_NONE : a->choice_option[i]);
		if (held != ALLOCATION_NONE) k->c->wrong->other = a->options[a->choice_option[held]].id;
		k->c->wrong->text_found = price_text(k->c->arena, k->least, nd);
		k->c->wrong->text_expected = price_text(k->c->arena, k->have, nd);
		return ERR_REFUSED;
	}
	return OK;
}

enum err prices_check(struct check *c)
{
	const struct allocation *a = c->r->allocation;
	struct cost_layout layout;
	uint32_t longest = 0;
	cost_layout(c->arena, a, c->r->options.mechanism, &layout);
	c->r->ndigits = layout.ndigits;
	TRY(nodes_check(c));
	if (a->nfloors) TRY(floors_check(c, &layout));
	for (uint32_t s = 0; s < a->nstudents; s++)
		if (a->off[s + 1] - a->off[s] > longest) longest = a->off[s + 1] - a->off[s];
	struct tight tight;
	tight_begin(c, &tight);
	struct student_check k = {.c = c,
	                          .layout = &layout,
	                          .way = a->nfloors ? NULL : ways(c),
	                          .position = ARENA_ARRAY(c->arena, uint32_t, longest),
	                          .least = ARENA_ARRAY(c->arena, int64_t, layout.ndigits),
	                          .have = ARENA_ARRAY(c->arena, int64_t, layout.ndigits),
	                          .tight = &tight};
	for (uint32_t s = 0; s < a->nstudents; s++)
		if (allocation_fixed(a, s) == ALLOCATION_NONE) TRY(student_check(&k, s));
	return cost_cap_floors(a) ? OK : tight_check(c, &tight); /* those of floors at caps are found by trial: verify.c tries again */
}

void price_reader_begin(struct check *c, enum allocation_mechanism m, struct price_reader *p)
{
	const struct allocation *a = c->r->allocation;
	uint32_t nodes = a->noptions + a->ncaps, deepest = 1;
	struct cost_layout layout;
	cost_layout(c->arena, a, m, &layout);
	for (uint32_t o = 0; o < a->noptions; o++) {
		uint32_t depth = 1;
		for (uint32_t v = o; v != ALLOCATION_NONE; v = a->node_parent[v])
			depth++;
		if (depth > deepest) deepest = depth;
	}
	*p = (struct price_reader){.ndigits = layout.ndigits,
	                           .limit = INT64_MAX / 4 / deepest,
	                           .price = ARENA_ARRAY(c->arena, int64_t, (size_t)nodes * layout.ndigits),
	                           .floor_price = ARENA_ARRAY(c->arena, int64_t, (size_t)a->nfloors * layout.ndigits),
	                           .seen = ARENA_ARRAY(c->arena, uint8_t, nodes)};
}

static bool digits_read(struct str text, const struct price_reader *p, int64_t *digits)
{
	for (uint32_t d = 0; d < p->ndigits; d++) {
		size_t len = 0;
		while (len < text.len && text.ptr[len] != ':')
			len++;
		if (!str_to_i64((struct str){text.ptr, len}, &digits[d]) || digits[d] > p->limit || digits[d] < -p->limit) return false;
		if ((d + 1 == p->ndigits) != (len == text.len)) return false;
		if (d + 1 < p->ndigits) text = (struct str){text.ptr + len + 1, text.len - len - 1};
	}
	return true;
}

/* Caps lie in byte order of id. */
static uint32_t find_cap(const struct allocation *a, struct str id)
{
	uint32_t low = 0, high = a->ncaps;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		struct str at = a->caps[mid].id;
		int c = memcmp(at.ptr, id.ptr, at.len < id.len ? at.len : id.len);
		if (c < 0 || (c == 0 && at.len < id.len))
			low = mid + 1;
		else
			high = mid;
	}
	return low < a->ncaps && str_eq(a->caps[low].id, id) ? a->noptions + low : ALLOCATION_NONE;
}

static uint32_t find_floor(const struct check *c, struct str id, uint32_t from)
{
	const struct allocation *a = c->r->allocation;
	for (uint32_t f = from; f < a->nfloors; f++) {
		struct str node = allocation_node_id(a, a->floors[f].node), group = a->groups[a->floors[f].group];
		if (id.len == node.len + 1 + group.len && str_starts(id, node) && id.ptr[node.len] == ':' && str_ends(id, group)) return f;
	}
	return ALLOCATION_NONE;
}

/* Where the digits of the row go; NULL with the reason in *code. */
static int64_t *price_place(struct check *c, struct str kind, struct str id, struct price_reader *p, enum allocation_wrong_code *code)
{
	const struct allocation *a = c->r->allocation;
	if (str_is(kind, "floor")) {
		uint32_t f = find_floor(c, id, p->floor);
		*code = ALLOCATION_WRONG_FLOOR_UNKNOWN;
		if (f == ALLOCATION_NONE) return NULL;
		p->floor = f + 1;
		return p->floor_price + (size_t)f * p->ndigits;
	}
	*code = ALLOCATION_WRONG_CERTIFICATE_KIND;
	if (!str_is(kind, "price") && !str_is(kind, "price_cap")) return NULL;
	uint32_t v = str_is(kind, "price") ? allocation_find_option(a, id) : ALLOCATION_NONE;
	if (v == ALLOCATION_NONE) v = find_cap(a, id);
	*code = ALLOCATION_WRONG_OPTION_UNKNOWN;
	if (v == ALLOCATION_NONE || !str_is(kind, price_kind(a, v))) return NULL;
	*code = ALLOCATION_WRONG_PRICE_TWICE;
	return p->seen[v]++ ? NULL : p->price + (size_t)v * p->ndigits;
}

enum err price_row(struct check *c, const struct rows *row, struct price_reader *p)
{
	enum allocation_wrong_code code;
	int64_t *to = price_place(c, row->field[0], row->field[1], p, &code);
	if (to) {
		struct arena_mark mark = arena_mark(c->arena);
		bool right = digits_read(row->field[2], p, to) && str_eq(price_text(c->arena, to, p->ndigits), row->field[2]);
		arena_rewind(c->arena, mark);
		if (right && !zero(to, p->ndigits)) return OK;
		code = ALLOCATION_WRONG_PRICE_DIGITS;
	}
	wrong_at(c, code, ALLOCATION_NONE, ALLOCATION_NONE);
	c->wrong->option = str_copy(c->arena, row->field[1]);
	c->wrong->text_found = str_copy(c->arena, row->field[to ? 2 : 0]);
	c->wrong->found = c->wrong->expected = p->ndigits;
	c->wrong->line = row->row_line;
	return ERR_REFUSED;
}
