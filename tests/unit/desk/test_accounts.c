/* The whole life of an account: invitation, first password, sign-in, reset, roles, closing; what each ends and refuses. */
#include "house.h"
#include "platform/crypto/password.h"
#include "platform/entity/actor.h"
#include "platform/jobs/outbox.h"
#include "platform/web/session.h"

static struct house house;
static const struct str claire = STR("claire@escom.example"), marc = STR("marc@escom.example");
enum { DAY = 24 * 3600 * 1000, HOUR = 3600 * 1000 };

static enum err end_sessions(struct cx *cx, struct uuid account) { return session_end_all(cx, account, NULL); }

static bool begin(void)
{
	accounts_configure(
	    &(struct accounts_config){.base_url = STR("https://mobility.example"), .end_sessions = end_sessions, .cheap_passwords = true});
	outbox_configure(&(struct outbox_config){0});
	return house_open(&house);
}

static enum err invite(struct str email, const char *name, uint64_t roles, struct uuid *id)
{
	struct account_invitation i = {.email = email, .name = str_of(name), .roles = roles, .lang = LANG_EN};
	return account_invite(&house.cx, &i, id);
}

/* The token in the newest mail; absent when there is none. */
static struct str token_mailed(size_t *mails)
{
	struct outbox_line *list;
	size_t len = 0;
	static const struct str mark = STR("https://mobility.example/password/");
	if (outbox_list(&house.cx, STR_NONE, 100, &list, &len) != OK) return STR_NONE;
	*mails = len;
	size_t at = len ? str_find(list[0].body, mark) : STR_NPOS;
	return at == STR_NPOS ? STR_NONE : str_sub(list[0].body, at + mark.len, 43);
}

static struct uuid ready(struct str email, const char *name, uint64_t roles, struct str password)
{
	struct uuid id = UUID_NONE;
	struct account_invitation i = {
	    .email = email, .name = str_of(name), .roles = roles, .lang = LANG_FR, .silent = true, .password = password};
	CHECK_INT(account_invite(&house.cx, &i, &id), OK);
	return id;
}

struct session_rows {
	struct uuid account;
	int64_t n;
};
static enum err add_session(struct cx *cx, void *arg)
{
	const struct session_rows *s = arg;
	uint8_t hash[32] = {(uint8_t)s->n, 7}, secret[32] = {1};
	return db_exec(cx,
	               SQL("insert into session (token_hash, account, tenant, lang, created_ms, last_seen_ms, secret) values (?1, ?2, 1, "
	                   "0, ?3, ?3, ?4)"),
	               DB_B(((struct str){(const char *)hash, 32})), DB_ID(s->account), DB_I(cx->now_ms),
	               DB_B(((struct str){(const char *)secret, 32})));
}
static enum err count_sessions(struct cx *cx, void *arg)
{
	struct session_rows *s = arg;
	return db_number(cx, &s->n, SQL("select count(*) from session where account = ?1"), DB_ID(s->account));
}
static void give_session(struct uuid account)
{
	static int64_t n;
	CHECK_INT(db_tx(&house.cx, DB_WRITE, add_session, &(struct session_rows){account, ++n}), OK);
}
static int64_t sessions(struct uuid account)
{
	struct session_rows s = {account, -1};
	CHECK_INT(db_tx(&house.cx, DB_READ, count_sessions, &s), OK);
	return s.n;
}

static void test_invitation(void)
{
	struct uuid id, who, signed_in;
	struct account a;
	size_t mails;
	REQUIRE(begin());
	CHECK_INT(invite(claire, "Claire Vasseur", ROLE_ADMIN | ROLE_OFFICE, &id), OK);
	struct str token = token_mailed(&mails);
	CHECK_INT(mails, 1);
	CHECK_INT(token.len, 43);
	CHECK_INT(account_sign_in(&house.cx, claire, STR(""), &signed_in), ERR_SIGN_IN); /* no password yet */
	CHECK_INT(account_token_peek(&house.cx, token, &a), OK);
	CHECK_STR(a.email, "claire@escom.example");
	CHECK_INT(account_token_peek(&house.cx, token, &a), OK); /* looking does not use it up */
	CHECK_INT(account_set_password(&house.cx, token, STR("short"), &who), ERR_INVALID);
	CHECK_INT(account_set_password(&house.cx, token, STR("claire@escom.example"), &who), ERR_INVALID);
	CHECK_INT(account_set_password(&house.cx, token, STR("douze petites chaises"), &who), OK);
	CHECK(uuid_eq(who, id));
	CHECK_INT(account_set_password(&house.cx, token, STR("another long sentence"), &who), ERR_EXPIRED); /* once */
	CHECK_INT(account_token_peek(&house.cx, token, &a), ERR_EXPIRED);
	CHECK_INT(account_sign_in(&house.cx, STR(" Claire@ESCOM.example "), STR("douze petites chaises"), &signed_in), OK);
	CHECK(uuid_eq(signed_in, id));
	CHECK_INT(account_sign_in(&house.cx, claire, STR("douze petites tables"), &signed_in), ERR_SIGN_IN);
	struct actor *actor = NULL;
	CHECK_INT(account_actor(&house.cx, id, 1, &actor), OK);
	CHECK(actor && actor->roles == (ROLE_ADMIN | ROLE_OFFICE));
	CHECK_INT(account_actor(&house.cx, id, 2, &actor), ERR_SIGN_IN); /* another school */
	house_close(&house);
}

static void test_invitation_expires(void)
{
	struct uuid id, who;
	size_t mails;
	REQUIRE(begin());
	CHECK_INT(invite(claire, "Claire Vasseur", ROLE_ADMIN, &id), OK);
	struct str first = token_mailed(&mails);
	house_later(&house, 7LL * DAY);
	CHECK_INT(account_set_password(&house.cx, first, STR("douze petites chaises"), &who), ERR_EXPIRED);
	house_later(&house, 1000);
	CHECK_INT(account_invite_again(&house.cx, id), OK);
	struct str second = token_mailed(&mails);
	CHECK_INT(mails, 2);
	CHECK(!str_eq(first, second));
	house_later(&house, 7LL * DAY - 1);
	CHECK_INT(account_set_password(&house.cx, second, STR("douze petites chaises"), &who), OK);
	CHECK_INT(account_invite_again(&house.cx, id), ERR_REFUSED); /* has a password */
	house_close(&house);
}

static void test_reset(void)
{
	struct uuid who;
	size_t mails;
	REQUIRE(begin());
	struct uuid id = ready(claire, "Claire Vasseur", ROLE_ADMIN, STR("douze petites chaises"));
	give_session(id);
	house.cx.actor = NULL; /* nobody is signed in, no school is chosen */
	house.cx.tenant = 0;
	CHECK_INT(account_ask_reset(&house.cx, STR("nobody@escom.example")), OK);
	CHECK_INT(account_ask_reset(&house.cx, STR("not an address")), OK);
	CHECK_INT(account_ask_reset(&house.cx, claire), OK);
	house.cx.tenant = 1;
	struct str first = token_mailed(&mails);
	CHECK_INT(mails, 1);
	house_later(&house, 1000);
	house.cx.tenant = 0;
	CHECK_INT(account_ask_reset(&house.cx, claire), OK); /* the first link is closed by the second */
	CHECK_INT(account_set_password(&house.cx, first, STR("treize grandes armoires"), &who), ERR_EXPIRED);
	house.cx.tenant = 1;
	struct str second = token_mailed(&mails);
	house.cx.tenant = 0;
	CHECK_INT(sessions(id), 1);
	CHECK_INT(account_set_password(&house.cx, second, STR("treize grandes armoires"), &who), OK);
	CHECK_INT(sessions(id), 0);
	CHECK_INT(account_sign_in(&house.cx, claire, STR("douze petites chaises"), &who), ERR_SIGN_IN);
	CHECK_INT(account_sign_in(&house.cx, claire, STR("treize grandes armoires"), &who), OK);
	CHECK_INT(account_ask_reset(&house.cx, claire), OK);
	house.cx.tenant = 1;
	struct str third = token_mailed(&mails);
	house_later(&house, HOUR);
	CHECK_INT(account_set_password(&house.cx, third, STR("quatorze beaux tapis"), &who), ERR_EXPIRED);
	house_close(&house);
}

/* The job does what the page asked for, and a page cannot tell the two addresses apart by what it leaves. */
static void test_reset_by_job(void)
{
	static const struct job_kind *const kinds[] = {&account_reset_job, NULL};
	static const struct job_config config = {.kinds = kinds};
	int ran;
	size_t mails;
	REQUIRE(begin());
	ready(claire, "Claire Vasseur", ROLE_ADMIN, STR("douze petites chaises"));
	house.cx.actor = NULL;
	house.cx.tenant = 0;
	CHECK_INT(account_ask_reset_later(&house.cx, STR("nobody@escom.example")), OK);
	CHECK_INT(account_ask_reset_later(&house.cx, claire), OK);
	CHECK_INT(account_ask_reset_later(&house.cx, STR("\xff\xfe")), OK);
	CHECK_INT(jobs_run_due(&house.cx, &config, &ran), OK);
	CHECK_INT(ran, 2);
	house.cx.tenant = 1;
	CHECK_INT(token_mailed(&mails).len, 43);
	CHECK_INT(mails, 1);
	house_close(&house);
}

static void test_change_password(void)
{
	struct uuid who;
	struct actor *actor;
	REQUIRE(begin());
	struct uuid id = ready(claire, "Claire Vasseur", ROLE_OFFICE, STR("douze petites chaises"));
	REQUIRE(account_actor(&house.cx, id, 1, &actor) == OK);
	house.cx.actor = actor;
	give_session(id);
	give_session(id);
	CHECK_INT(account_change_password(&house.cx, STR("wrong"), STR("treize grandes armoires")), ERR_INVALID);
	CHECK_INT(account_change_password(&house.cx, STR("douze petites chaises"), STR("treize")), ERR_INVALID);
	CHECK_INT(sessions(id), 2);
	CHECK_INT(account_change_password(&house.cx, STR("douze petites chaises"), STR("treize grandes armoires")), OK);
	CHECK_INT(sessions(id), 0);
	CHECK_INT(account_sign_in(&house.cx, claire, STR("treize grandes armoires"), &who), OK);
	house_close(&house);
}

static void test_roles(void)
{
	struct actor *actor;
	REQUIRE(begin());
	struct uuid c = ready(claire, "Claire Vasseur", ROLE_ADMIN, STR("douze petites chaises"));
	struct uuid m = ready(marc, "Marc Lenoir", ROLE_OFFICE, STR("douze petites chaises"));
	CHECK_INT(account_set_roles(&house.cx, c, ROLE_OFFICE, UUID_NONE), ERR_REFUSED); /* the last administrator */
	CHECK_INT(account_disable(&house.cx, c, true), ERR_REFUSED);
	CHECK_INT(account_set_roles(&house.cx, m, 0, UUID_NONE), ERR_INVALID);
	give_session(m);
	CHECK_INT(account_set_roles(&house.cx, m, ROLE_ADMIN | ROLE_HEAD, UUID_NONE), OK);
	CHECK_INT(sessions(m), 0);
	REQUIRE(account_actor(&house.cx, m, 1, &actor) == OK);
	CHECK_INT(actor->roles, ROLE_ADMIN | ROLE_HEAD);
	CHECK_INT(account_set_roles(&house.cx, c, ROLE_OFFICE, UUID_NONE), OK); /* another one is there now */
	CHECK_INT(account_set_roles(&house.cx, uuid_new(house.cx.now_ms), ROLE_ADMIN, UUID_NONE), ERR_NOT_FOUND);
	REQUIRE(account_actor(&house.cx, c, 1, &actor) == OK);
	house.cx.actor = actor; /* the office may not */
	struct account *list;
	struct uuid id;
	size_t len;
	CHECK_INT(account_list(&house.cx, &list, &len), ERR_DENIED);
	CHECK_INT(account_set_roles(&house.cx, c, ROLE_ADMIN, UUID_NONE), ERR_DENIED);
	CHECK_INT(invite(STR("eve@escom.example"), "Eve", ROLE_ADMIN, &id), ERR_DENIED);
	CHECK_INT(account_disable(&house.cx, m, true), ERR_DENIED);
	house_close(&house);
}

static void test_closing(void)
{
	struct uuid who;
	struct actor *actor;
	struct str token;
	REQUIRE(begin());
	ready(claire, "Claire Vasseur", ROLE_ADMIN, STR("douze petites chaises"));
	struct uuid m = ready(marc, "Marc Lenoir", ROLE_OFFICE, STR("douze petites chaises"));
	CHECK_INT(account_api_token(&house.cx, m, 90, &token), OK);
	give_session(m);
	CHECK_INT(account_disable(&house.cx, m, true), OK);
	CHECK_INT(sessions(m), 0);
	CHECK_INT(account_sign_in(&house.cx, marc, STR("douze petites chaises"), &who), ERR_SIGN_IN);
	CHECK_INT(account_actor(&house.cx, m, 1, &actor), ERR_SIGN_IN);
	CHECK_INT(account_use_token(&house.cx, token), ERR_SIGN_IN);
	CHECK_INT(account_ask_reset(&house.cx, marc), OK);
	size_t mails = 9;
	(void)token_mailed(&mails);
	CHECK_INT(mails, 0); /* a closed account gets no link */
	CHECK_INT(account_disable(&house.cx, m, false), OK);
	CHECK_INT(account_sign_in(&house.cx, marc, STR("douze petites chaises"), &who), OK);
	house_close(&house);
}

static void test_two_schools(void)
{
	int64_t *schools;
	size_t len;
	REQUIRE(begin());
	ready(claire, "Claire Vasseur", ROLE_ADMIN, STR("douze petites chaises"));
	struct uuid m = ready(marc, "Marc Lenoir", ROLE_OFFICE, STR("douze petites chaises"));
	struct school other = {.hei_id = STR("utc.example"), .name = STR("UTC")};
	REQUIRE(school_create(&house.cx, &other) == OK);
	house.cx.tenant = other.tenant;
	CHECK_INT(account_set_roles(&house.cx, m, ROLE_ADMIN, UUID_NONE), ERR_NOT_FOUND); /* no role here: not ours to change */
	struct uuid same = ready(marc, "Marc Lenoir", ROLE_ADMIN, STR("ignored, he has one"));
	CHECK(uuid_eq(same, m));
	CHECK_INT(account_schools(&house.cx, m, &schools, &len), OK);
	CHECK_INT(len, 2);
	house.cx.tenant = 1;
	CHECK_INT(account_disable(&house.cx, m, true), ERR_REFUSED); /* it would close the other school's door */
	CHECK_INT(account_set_roles(&house.cx, m, 0, UUID_NONE), OK);
	CHECK_INT(account_schools(&house.cx, m, &schools, &len), OK);
	CHECK_INT(len, 1);
	house_close(&house);
}

static void test_api_tokens(void)
{
	struct actor *actor;
	struct str token;
	struct api_tokens have;
	REQUIRE(begin());
	ready(claire, "Claire Vasseur", ROLE_ADMIN, STR("douze petites chaises"));
	struct uuid m = ready(marc, "Marc Lenoir", ROLE_OFFICE, STR("douze petites chaises"));
	REQUIRE(account_actor(&house.cx, m, 1, &actor) == OK);
	house.cx.actor = actor;
	CHECK_INT(account_api_token(&house.cx, m, 90, &token), OK);
	CHECK_INT(account_api_tokens(&house.cx, &have), OK);
	CHECK_INT(have.count, 1);
	house.cx.actor = NULL;
	house.cx.tenant = 0;
	CHECK_INT(account_use_token(&house.cx, token), OK);
	CHECK(house.cx.actor && uuid_eq(house.cx.actor->account, m));
	CHECK_INT(house.cx.tenant, 1);
	struct account a;
	struct uuid who;
	CHECK_INT(account_token_peek(&house.cx, token, &a), ERR_EXPIRED); /* opens the API only */
	CHECK_INT(account_set_password(&house.cx, token, STR("treize grandes armoires"), &who), ERR_EXPIRED);
	CHECK_INT(account_end_api_tokens(&house.cx), OK);
	CHECK_INT(account_use_token(&house.cx, token), ERR_SIGN_IN);
	CHECK_INT(account_api_token(&house.cx, m, 90, &token), OK);
	house_later(&house, 90LL * DAY);
	CHECK_INT(account_use_token(&house.cx, token), ERR_SIGN_IN);
	CHECK_INT(account_use_token(&house.cx, STR("x")), ERR_SIGN_IN);
	house_close(&house);
}

TAP_MAIN(TAP(test_invitation), TAP(test_invitation_expires), TAP(test_reset), TAP(test_reset_by_job), TAP(test_change_password),
         TAP(test_roles), TAP(test_closing), TAP(test_two_schools), TAP(test_api_tokens))
