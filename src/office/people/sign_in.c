/* Signing in, and who then acts: the grants of an account in a school, with the units below each. */
#include "office/people/accounts_store.h"
#include "platform/audit/audit.h"
#include "platform/crypto/password.h"
#include "platform/crypto/token.h"
#include "platform/i18n/i18n.h"

const uint64_t all_roles[] = {ROLE_ADMIN, ROLE_OFFICE, ROLE_HEAD, ROLE_TEACHER, ROLE_STUDENT, ROLE_DIRECTOR, ROLE_SOCIAL, 0};
static const struct {
	uint64_t bit;
	const char *code;
	int label;
} roles[] = {
    {ROLE_ADMIN, "admin", M_role_admin},       {ROLE_OFFICE, "office", M_role_office},    {ROLE_HEAD, "head", M_role_head},
    {ROLE_TEACHER, "teacher", M_role_teacher}, {ROLE_STUDENT, "student", M_role_student}, {ROLE_DIRECTOR, "director", M_role_director},
    {ROLE_SOCIAL, "social", M_role_social},
};

uint64_t role_bit(struct str code)
{
	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (str_is(code, roles[i].code)) return roles[i].bit;
	return 0;
}

const char *role_code(uint64_t bit)
{
	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (roles[i].bit == bit) return roles[i].code;
	return NULL;
}

int role_label(uint64_t bit)
{
	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (roles[i].bit == bit) return roles[i].label;
	return M_NONE;
}

struct finding {
	struct str email;
	struct account_row row;
	bool found;
};

static enum err find(struct cx *cx, void *arg)
{
	struct finding *f = arg;
	return account_store_find(cx, f->email, &f->row, &f->found);
}

static enum err note_sign_in(struct cx *cx, void *arg)
{
	const struct finding *f = arg;
	return db_exec(cx, SQL("update account set signed_in_ms = ?2 where id = ?1"), DB_ID(f->row.a.id), DB_I(cx->now_ms));
}

enum err account_sign_in(struct cx *cx, struct str email, struct str password, struct uuid *account)
{
	struct finding f = {.email = email};
	TRY(db_tx(cx, DB_READ, find, &f));
	/* The same work whether the account exists or not. */
	bool right = password_verify(password, f.found ? f.row.password : STR_NONE, PASSWORD_COST);
	if (!right || !f.found || f.row.a.disabled_ms != UNKNOWN) return fail(cx, ERR_SIGN_IN, "password", M_account_wrong);
	*account = f.row.a.id;
	return db_tx(cx, DB_WRITE, note_sign_in, &f);
}

struct schools {
	struct uuid account;
	int64_t **out;
	size_t *len;
};

static enum err schools(struct cx *cx, void *arg)
{
	struct schools *s = arg;
	struct db_rows rows;
	VEC(int64_t) list = {0};
	TRY(db_query(cx, &rows, SQL("select distinct tenant from account_grant where account = ?1 order by tenant"), DB_ID(s->account)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &list) = db_int(&rows, 0);
	*s->out = list.ptr;
	*s->len = list.len;
	return rows.err;
}

enum err account_schools(struct cx *cx, struct uuid account, int64_t **tenants, size_t *len)
{
	return db_tx(cx, DB_READ, schools, &(struct schools){account, tenants, len});
}

struct unit_link {
	struct uuid id, parent;
};
struct acting {
	struct uuid account;
	int64_t tenant;
	struct actor *actor;
	struct unit_link *units;
	size_t units_len;
};

static enum err load_units(struct cx *cx, struct acting *a)
{
	struct db_rows rows;
	VEC(struct unit_link) list = {0};
	TRY(db_query(cx, &rows, SQL("select id, parent from unit where tenant = ?1"), DB_I(a->tenant)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &list) = (struct unit_link){db_id(&rows, 0), db_id(&rows, 1)};
	a->units = list.ptr;
	a->units_len = list.len;
	return rows.err;
}

/* A unit and everything below it. The depth is bounded, so that a loop of parents cannot hang a sign-in. */
static void expand(struct cx *cx, const struct acting *a, struct grant *g)
{
	VEC(struct uuid) list = {0};
	*VEC_PUSH(cx->arena, &list) = g->unit;
	for (size_t i = 0; i < list.len && list.len < 500; i++)
		for (size_t k = 0; k < a->units_len; k++)
			if (uuid_eq(a->units[k].parent, list.ptr[i])) *VEC_PUSH(cx->arena, &list) = a->units[k].id;
	g->units = list.ptr;
	g->units_len = list.len;
}

/* The account with its roles in this school: one question, since every page asks it. */
static enum err load_actor(struct cx *cx, struct acting *a, bool *enabled)
{
	struct db_rows rows;
	VEC(struct grant) list = {0};
	bool scoped = false;
	*enabled = false;
	TRY(db_query_few(cx, &rows,
	                 SQL("select a.name, a.email, a.disabled_ms, g.role, g.unit, p.person, s.zone from account a "
	                     "left join account_grant g on g.tenant = ?1 and g.account = a.id left join school s on s.tenant = g.tenant "
	                     "left join account_person p on p.tenant = g.tenant and p.account = a.id where a.id = ?2"),
	                 DB_I(a->tenant), DB_ID(a->account)));
	while (db_next(&rows)) {
		*enabled = db_is_null(&rows, 2);
		a->actor->name = db_str(&rows, 0);
		a->actor->email = db_str(&rows, 1);
		a->actor->person = db_id(&rows, 5);
		struct grant g = {.role = role_bit(db_str_view(&rows, 3)), .unit = db_id(&rows, 4)};
		if (!g.role) continue;
		cx->zone = db_str(&rows, 6);
		scoped |= !uuid_none(g.unit);
		a->actor->roles |= g.role;
		*VEC_PUSH(cx->arena, &list) = g;
	}
	TRY(rows.err);
	if (scoped) TRY(load_units(cx, a));
	VEC_EACH (g, &list)
		if (!uuid_none(g->unit)) expand(cx, a, g);
	a->actor->grants = list.ptr;
	a->actor->grants_len = list.len;
	return OK;
}

static enum err act(struct cx *cx, void *arg)
{
	struct acting *a = arg;
	bool enabled;
	*a->actor = (struct actor){.account = a->account};
	TRY(load_actor(cx, a, &enabled));
	if (!enabled) return fail(cx, ERR_SIGN_IN, NULL, M_error_sign_in);
	if (!a->actor->roles) return fail(cx, ERR_SIGN_IN, NULL, M_account_no_role);
	return OK;
}

enum err account_actor(struct cx *cx, struct uuid account, int64_t tenant, struct actor **out)
{
	struct acting a = {.account = account, .tenant = tenant, .actor = ARENA_NEW(cx->arena, struct actor)};
	int64_t before = cx->tenant;
	cx->tenant = tenant; /* row-level security wants to know for whom */
	enum err err = db_tx(cx, DB_READ, act, &a);
	cx->tenant = before;
	*out = a.actor;
	return err;
}

struct using
{
	uint8_t hash[SHA256_LEN];
	struct token_row row;
	bool found;
};

static enum err find_token(struct cx *cx, void *arg)
{
	struct using *u = arg;
	return token_store_find(cx, u->hash, "api", &u->row, &u->found);
}

enum err account_use_token(struct cx *cx, struct str text)
{
	struct using u;
	struct actor *actor;
	if (!token_hash(text, u.hash)) return fail(cx, ERR_SIGN_IN, NULL, M_account_token);
	TRY(db_tx(cx, DB_READ, find_token, &u));
	if (!u.found || u.row.used_ms != UNKNOWN || u.row.expires_ms <= cx->now_ms) return fail(cx, ERR_SIGN_IN, NULL, M_account_token);
	TRY(account_actor(cx, u.row.account, u.row.tenant, &actor));
	cx->actor = actor;
	cx->tenant = u.row.tenant;
	return OK;
}
