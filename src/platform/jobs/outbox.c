/* Mails waiting to leave, and leaving. */
#include "platform/jobs/outbox.h"
#include "base/log.h"
#include "platform/crypto/token.h"
#include "platform/i18n/i18n.h"
#include "platform/net/mail.h"

enum { SENDING_MS = 5 * 60 * 1000, TRIES = 5, RETRY_MS = 60 * 1000 };

static struct outbox_config config; /* immutable after start */

void outbox_configure(const struct outbox_config *c) { config = *c; }

enum err outbox_add(struct cx *cx, const struct outbox_mail *m, struct uuid *id)
{
	*id = uuid_new(cx->now_ms);
	int64_t demo;
	TRY(db_number(cx, &demo, SQL("select count(*) from school where tenant = ?1 and kind = 'demo'"), DB_I(cx->tenant)));
	bool keep = demo || str_blank(config.smtp_url);
	return db_exec(cx,
	               SQL("insert into mail (tenant, id, state, recipient, recipient_name, subject, body, lang, kind, about, created_ms, "
	                   "not_before, attempts) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)"),
	               DB_I(cx->tenant), DB_ID(*id), DB_S(keep ? STR("kept") : STR("queued")), DB_S(m->recipient), DB_S(m->recipient_name),
	               DB_S(m->subject), DB_S(m->body), DB_S(str_of(lang_code(m->lang))), DB_S(str_of(m->kind)), DB_ID(m->about),
	               DB_I(cx->now_ms), DB_I(m->not_before ? m->not_before : cx->now_ms));
}

enum err outbox_take_back(struct cx *cx, const char *kind, const struct uuid *about, size_t n, int64_t *taken, int64_t *left_ms)
{
	*taken = 0;
	*left_ms = UNKNOWN;
	for (size_t i = 0; i < n; i++) {
		int64_t removed, left;
		TRY(db_exec_count(
		    cx, &removed,
		    SQL("delete from mail where tenant = ?1 and about = ?2 and kind = ?3 and state in ('queued', 'kept') and attempts = 0"),
		    DB_I(cx->tenant), DB_ID(about[i]), DB_S(str_of(kind))));
		TRY(db_number(cx, &left,
		              SQL("select max(coalesce(ended_ms, not_before)) from mail where tenant = ?1 and about = ?2 and kind = ?3"),
		              DB_I(cx->tenant), DB_ID(about[i]), DB_S(str_of(kind))));
		*taken += removed;
		if (left != UNKNOWN && left > *left_ms) *left_ms = left;
	}
	return OK;
}

#define LINE_COLUMNS "id, about, state, recipient, subject, body, kind, error, created_ms, ended_ms"

static struct outbox_line read_line(struct db_rows *rows)
{
	return (struct outbox_line){db_id(rows, 0),  db_id(rows, 1),  db_str(rows, 2), db_str(rows, 3), db_str(rows, 4),
	                            db_str(rows, 5), db_str(rows, 6), db_str(rows, 7), db_int(rows, 8), db_int(rows, 9)};
}

struct listing {
	struct str state;
	size_t max;
	struct outbox_line **out;
	size_t *len;
};

static enum err list(struct cx *cx, void *arg)
{
	struct listing *l = arg;
	struct db_rows rows;
	VEC(struct outbox_line) all = {0};
	TRY(db_query(cx, &rows,
	             SQL("select " LINE_COLUMNS " from mail "
	                 "where tenant = ?1 and (?2 is null or state = ?2) order by id desc limit ?3"),
	             DB_I(cx->tenant), DB_S(l->state), DB_I((int64_t)l->max)));
	while (db_next(&rows))
		*VEC_PUSH(cx->arena, &all) = read_line(&rows);
	*l->out = all.ptr;
	*l->len = all.len;
	return rows.err;
}

enum err outbox_list(struct cx *cx, struct str state, size_t max, struct outbox_line **out, size_t *len)
{
	return db_tx(cx, DB_READ, list, &(struct listing){state, max, out, len});
}

struct loading {
	struct uuid id;
	struct outbox_line *out;
};

static enum err load(struct cx *cx, void *arg)
{
	const struct loading *l = arg;
	struct db_rows rows;
	bool found;
	TRY(db_one(cx, &rows, &found, SQL("select " LINE_COLUMNS " from mail where tenant = ?1 and id = ?2"), DB_I(cx->tenant),
	           DB_ID(l->id)));
	if (found) *l->out = read_line(&rows);
	db_done(&rows);
	return found ? OK : fail(cx, ERR_NOT_FOUND, "mail", M_error_not_found);
}

enum err outbox_load(struct cx *cx, struct uuid id, struct outbox_line *out)
{
	return db_tx(cx, DB_READ, load, &(struct loading){id, out});
}

const char *const outbox_states[OUTBOX_STATES] = {"unsure", "failed", "kept", "queued", "sending", "sent"};

static enum err count(struct cx *cx, void *arg)
{
	int64_t *counts = arg;
	struct db_rows rows;
	memset(counts, 0, OUTBOX_STATES * sizeof *counts);
	TRY(db_query(cx, &rows, SQL("select state, count(*) from mail where tenant = ?1 group by state"), DB_I(cx->tenant)));
	while (db_next(&rows))
		for (int i = 0; i < OUTBOX_STATES; i++)
			if (str_is(db_str_view(&rows, 0), outbox_states[i])) counts[i] = db_int(&rows, 1);
	return rows.err;
}

enum err outbox_counts(struct cx *cx, int64_t counts[OUTBOX_STATES]) { return db_tx(cx, DB_READ, count, counts); }

static bool token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

struct str outbox_without_secrets(struct cx *cx, struct str body)
{
	struct sb b;
	sb_init(&b, cx->arena, body.len + 64);
	for (size_t i = 0; i < body.len;) {
		size_t end = i;
		while (end < body.len && token_char(body.ptr[end]))
			end++;
		if (end - i == TOKEN_TEXT_LEN)
			SB_LIT(&b, "\u2026");
		else
			sb_add(&b, str_sub(body, i, end - i));
		if (end < body.len) sb_char(&b, body.ptr[end++]);
		i = end;
	}
	return sb_str(&b);
}

struct deciding {
	struct uuid id;
	bool again;
};

static enum err decide(struct cx *cx, void *arg)
{
	const struct deciding *d = arg;
	struct db_rows rows;
	bool found;
	TRY(db_one(cx, &rows, &found, SQL("select body from mail where tenant = ?1 and id = ?2 and state in ('unsure', 'failed')"),
	           DB_I(cx->tenant), DB_ID(d->id)));
	struct str body = found ? db_str(&rows, 0) : STR_NONE;
	db_done(&rows);
	/* What is left as it is needs its secrets no more. */
	if (found && !d->again) body = outbox_without_secrets(cx, body);
	if (found)
		TRY(db_exec(cx,
		            SQL("update mail set state = ?3, not_before = ?4, attempts = 0, ended_ms = case when ?5 = 1 then null else ?4 "
		                "end, body = ?6 "
		                "where tenant = ?1 and id = ?2"),
		            DB_I(cx->tenant), DB_ID(d->id), DB_S(d->again ? STR("queued") : STR("sent")), DB_I(cx->now_ms), DB_I(d->again),
		            DB_S(body)));
	if (!found) return fail(cx, ERR_NOT_FOUND, "mail", M_error_not_found);
	return audit_write(cx, &(struct audit_act){.act = d->again ? "mail-again" : "mail-settled", .kind = "mail", .subject = d->id});
}

enum err outbox_decide(struct cx *cx, struct uuid id, bool again) { return db_tx(cx, DB_WRITE, decide, &(struct deciding){id, again}); }

struct due {
	bool found;
	int64_t tenant, attempts;
	struct uuid id;
	struct str recipient, recipient_name, subject, body;
};

/* What was being sent when the program ended: nobody knows whether the server took it. */
static enum err mark_unsure(struct cx *cx)
{
	return db_exec(cx, SQL("update mail set state = 'unsure', ended_ms = ?1 where state = 'sending' and not_before < ?1"),
	               DB_I(cx->now_ms));
}

static enum err take(struct cx *cx, void *arg)
{
	struct due *d = arg;
	struct db_rows rows;
	TRY(mark_unsure(cx));
	TRY(db_one(cx, &rows, &d->found,
	           SQL("select tenant, id, recipient, recipient_name, subject, body, attempts from mail where state = 'queued' "
	               "and not_before <= ?1 order by not_before, id limit 1"),
	           DB_I(cx->now_ms)));
	if (d->found)
		*d = (struct due){true,
		                  db_int(&rows, 0),
		                  db_int(&rows, 6),
		                  db_id(&rows, 1),
		                  db_str(&rows, 2),
		                  db_str(&rows, 3),
		                  db_str(&rows, 4),
		                  db_str(&rows, 5)};
	db_done(&rows);
	if (!d->found) return OK;
	int64_t changed;
	TRY(db_exec_count(cx, &changed,
	                  SQL("update mail set state = 'sending', attempts = attempts + 1, not_before = ?3 "
	                      "where tenant = ?1 and id = ?2 and state = 'queued'"),
	                  DB_I(d->tenant), DB_ID(d->id), DB_I(cx->now_ms + SENDING_MS)));
	d->found = changed == 1;
	return OK;
}

struct settling {
	const struct due *due;
	enum err err;
	struct str why;
};

static enum err settle(struct cx *cx, void *arg)
{
	const struct settling *s = arg;
	const struct due *d = s->due;
	bool again = s->err == ERR_BUSY && d->attempts + 1 < TRIES;
	/* Sent whole, and no answer came: nobody knows whether it was taken. */
	struct str state = s->err == OK ? STR("sent") : again ? STR("queued") : s->err == ERR_IO ? STR("unsure") : STR("failed");
	int64_t next = again ? cx->now_ms + RETRY_MS * (d->attempts + 1) * (d->attempts + 1) : cx->now_ms;
	struct str body = s->err == OK ? outbox_without_secrets(cx, d->body) : d->body;
	TRY(db_exec(cx,
	            SQL("update mail set state = ?3, error = ?4, ended_ms = ?5, not_before = ?6, body = ?7 where tenant = ?1 and id = ?2"),
	            DB_I(d->tenant), DB_ID(d->id), DB_S(state), DB_S(s->why), DB_N(again ? UNKNOWN : cx->now_ms), DB_I(next), DB_S(body)));
	if (again) return OK;
	return audit_write(cx, &(struct audit_act){.act = s->err == OK ? "mail-sent" : "mail-failed", .kind = "mail", .subject = d->id});
}

static enum err send_one(struct cx *cx, const struct due *d)
{
	struct mail mail = {.from = config.from,
	                    .to = d->recipient,
	                    .to_name = d->recipient_name,
	                    .subject = d->subject,
	                    .text = d->body,
	                    .message_id = str_fmt(cx->arena, "%.*s", STR_ARG(uuid_text(cx->arena, d->id)))};
	struct mail_server server = {.url = config.smtp_url, .user = config.smtp_user, .password = config.smtp_password};
	return mail_send(cx, &server, &mail);
}

enum err outbox_send_due(struct cx *cx)
{
	if (str_blank(config.smtp_url)) return OK;
	for (;;) {
		struct due d = {0};
		TRY(db_tx(cx, DB_WRITE, take, &d));
		TRY(db_wait_durable(cx));
		if (!d.found) return OK;
		struct settling s = {.due = &d, .err = send_one(cx, &d)};
		if (s.err != OK) {
			s.why = cx->problems ? problem_text(cx, cx->problems) : str_of(err_name(s.err));
			log_warn("mail not sent: %s", err_name(s.err));
			cx_clear_problems(cx);
		}
		cx->tenant = d.tenant;
		enum err err = db_tx(cx, DB_WRITE, settle, &s);
		cx->tenant = 0;
		TRY(err);
		TRY(db_wait_durable(cx));
	}
}
