/* Mail: one message to one person, written as RFC 5322 with MIME and handed to an SMTP server.
 * Every text that goes into a header is checked: a control character anywhere refuses the mail. */
#pragma once
#include "base/cx.h"

struct mail {
	struct str from;                    /* "office@school.example" or "International office <office@school.example>" */
	struct str to, to_name;             /* one address; the name may be absent */
	struct str reply_to, reply_to_name; /* may be absent */
	struct str subject, text;
	struct str html;                                         /* absent: text only */
	struct str message_id;                                   /* without brackets; the domain of `from` is added when there is no @ */
	struct str in_reply_to;                                  /* as message_id; may be absent */
	struct str attachment, attachment_name, attachment_type; /* may be absent */
};

/* The whole message, lines ending with CRLF. ERR_INVALID names the field that is no address or not one line. */
enum err mail_format(struct cx *cx, const struct mail *m, struct str *out) MUST_CHECK;
/* An address as mails take it: ASCII, one @, a dot-atom and a domain. */
bool mail_address_ok(struct str address);

struct mail_server {
	struct str url;            /* smtp://host:587 (STARTTLS is demanded off loopback) or smtps://host:465 */
	struct str user, password; /* absent: no sign-in */
	struct str ca_file;        /* absent: the system's */
};
/* ERR_BUSY: not taken, try again later. ERR_PARTNER: refused for good, with the server's words in the problem.
 * ERR_IO: the message was sent whole and no answer came: nobody knows; a person decides. ERR_INVALID: as mail_format.
 * Blocks for up to a minute: for jobs only. */
enum err mail_send(struct cx *cx, const struct mail_server *server, const struct mail *m) MUST_CHECK;
