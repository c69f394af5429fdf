/* The outbox: mails are written in the transaction of the act that causes them, and leave afterwards. Before each try the row
 * says "sending"; what is still "sending" when its lease is over becomes "unsure", and a person decides: law 5, never sent twice
 * silently. In a demo school mails are kept and shown, and never leave. */
#pragma once
#include "platform/jobs/jobs.h"

struct outbox_mail {
	struct str recipient, recipient_name, subject, body;
	enum lang lang;     /* of the reader */
	const char *kind;   /* "invitation" */
	struct uuid about;  /* record it is about; none */
	int64_t not_before; /* 0: now */
};
enum err outbox_add(struct cx *cx, const struct outbox_mail *mail, struct uuid *id) MUST_CHECK; /* in a write transaction */

/* Removes the mails of this kind about these records that have not left, in a write transaction. *left_ms: when one of the others
 * was taken up; UNKNOWN: none was. Whoever must have them all back fails then, and nothing is removed. */
enum err outbox_take_back(struct cx *cx, const char *kind, const struct uuid *about, size_t n, int64_t *taken, int64_t *left_ms) MUST_CHECK;

struct outbox_line {
	struct uuid id, about;
	struct str state, recipient, subject, body, kind, error;
	int64_t created_ms, ended_ms;
};
enum err outbox_list(struct cx *cx, struct str state, size_t max, struct outbox_line **out,
                     size_t *len) MUST_CHECK;                                            /* newest first; absent: all states */
enum err outbox_load(struct cx *cx, struct uuid id, struct outbox_line *out) MUST_CHECK; /* ERR_NOT_FOUND */
/* How many mails of the school are in each state: kept queued sending sent failed unsure. */
enum { OUTBOX_STATES = 6 };
extern const char *const outbox_states[OUTBOX_STATES];
enum err outbox_counts(struct cx *cx, int64_t counts[OUTBOX_STATES]) MUST_CHECK;
/* The text with every secret of a link taken out; what is kept of a mail once it was sent. */
struct str outbox_without_secrets(struct cx *cx, struct str body);
/* What a person decides of an unsure or failed mail: try again, or leave it. */
enum err outbox_decide(struct cx *cx, struct uuid id, bool again) MUST_CHECK;

struct outbox_config {
	struct str smtp_url; /* smtp://host:port, smtps://...; absent: mails are kept, not sent */
	struct str smtp_user, smtp_password;
	struct str from; /* Passerelle <sri@school.example> */
};
/* Sends what is due. Timer body: the configuration is set once at start. */
void outbox_configure(const struct outbox_config *config);
enum err outbox_send_due(struct cx *cx) MUST_CHECK;
