/* The writer of messages: headers with encoded words (RFC 2047), bodies in quoted-printable, parts by MIME (RFC 2045, 2046). */
#include "base/base64.h"
#include "base/date.h"
#include "base/rand.h"
#include "base/sb.h"
#include "base/utf8.h"
#include "platform/i18n/i18n.h"
#include "platform/net/mail.h"

enum { MESSAGE_CAP = 32 * 1024 * 1024, LINE_MAX_QP = 76, WORD_BYTES = 39 /* an encoded word of 64, and a header name before the first */ };

static bool one_line(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f) return false;
	return utf8_valid(s);
}

static bool atom_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool dotted(struct str s, bool domain)
{
	bool after_dot = true;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool fits = domain ? (c == '-' || (atom_char(c) && !strchr("!#$%&'*+/=?^_`{|}~", c))) : atom_char(c);
		if (c == '.' ? after_dot : !fits) return false;
		after_dot = c == '.';
	}
	return s.len > 0 && !after_dot;
}

bool mail_address_ok(struct str address)
{
	size_t at = str_find_char(address, '@');
	if (at == STR_NPOS || at > 64 || address.len > 254) return false;
	return dotted(str_sub(address, 0, at), false) && dotted(str_sub(address, at + 1, address.len), true);
}

static struct str domain_of(struct str address)
{
	size_t at = str_find_char(address, '@');
	return str_sub(address, at + 1, address.len);
}

/* "Name <address>" or an address alone. */
static void split_mailbox(struct str mailbox, struct str *name, struct str *address)
{
	size_t open = str_find_char(mailbox, '<');
	*name = STR_NONE;
	*address = str_trim(mailbox);
	if (open == STR_NPOS || !str_ends(*address, STR(">"))) return;
	*name = str_trim(str_sub(mailbox, 0, open));
	struct str rest = str_sub(mailbox, open + 1, mailbox.len);
	*address = str_sub(rest, 0, str_find_char(rest, '>'));
}

static bool plain_words(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x7f) return false;
	return str_find(s, STR("=?")) == STR_NPOS && s.len <= 60;
}

/* Encoded words of at most 75 characters, each of whole code points, on lines of their own. */
static void add_encoded(struct cx *cx, struct sb *b, struct str s)
{
	for (size_t from = 0; from < s.len;) {
		size_t to = from + WORD_BYTES < s.len ? from + WORD_BYTES : s.len;
		while (to < s.len && ((unsigned char)s.ptr[to] & 0xc0) == 0x80)
			to--;
		if (from) SB_LIT(b, "\r\n ");
		SB_LIT(b, "=?UTF-8?B?");
		struct str code = base64_encode(cx->arena, str_sub(s, from, to - from));
		sb_add(b, code);
		for (size_t i = code.len; i % 4; i++)
			sb_char(b, '=');
		SB_LIT(b, "?=");
		from = to;
	}
}

static void add_unstructured(struct cx *cx, struct sb *b, const char *name, struct str value)
{
	sb_fmt(b, "%s: ", name);
	if (plain_words(value))
		sb_add(b, value);
	else
		add_encoded(cx, b, value);
	SB_LIT(b, "\r\n");
}

static void add_mailbox(struct cx *cx, struct sb *b, const char *header, struct str name, struct str address)
{
	sb_fmt(b, "%s: ", header);
	if (str_blank(name)) {
		sb_add(b, address);
	} else if (plain_words(name)) {
		sb_char(b, '"');
		for (size_t i = 0; i < name.len; i++) {
			if (name.ptr[i] == '"' || name.ptr[i] == '\\') sb_char(b, '\\');
			sb_char(b, name.ptr[i]);
		}
		sb_fmt(b, "\"\r\n <%.*s>", STR_ARG(address));
	} else {
		add_encoded(cx, b, name);
		sb_fmt(b, "\r\n <%.*s>", STR_ARG(address));
	}
	SB_LIT(b, "\r\n");
}

static void add_date(struct sb *b, int64_t now_ms)
{
	static const char *const days[] = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil t = instant_civil(now_ms);
	int weekday = date_weekday(date_from_civil(t.year, t.month, t.day));
	sb_fmt(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[weekday], t.day, months[t.month], t.year, t.hour, t.minute,
	       t.second);
}

/* One character of a line; `width` counts what stands on the line. */
static void add_quoted(struct sb *b, unsigned char c, bool escape, int *width)
{
	int takes = escape ? 3 : 1;
	if (*width + takes >= LINE_MAX_QP) {
		SB_LIT(b, "=\r\n");
		*width = 0;
	}
	if (escape)
		sb_fmt(b, "=%02X", c);
	else
		sb_char(b, (char)c);
	*width += takes;
}

/* Quoted-printable: any line end becomes CRLF; a blank before a line end and a dot at its beginning are escaped, so that no
 * server on the way has a reason to change anything. */
static void add_quoted_printable(struct sb *b, struct str text)
{
	int width = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool crlf = c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
		if (c == '\n' || crlf) {
			SB_LIT(b, "\r\n");
			width = 0;
			i += crlf;
			continue;
		}
		bool at_end = i + 1 == text.len || text.ptr[i + 1] == '\n' || text.ptr[i + 1] == '\r';
		bool blank = c == ' ' || c == '\t';
		bool escape = (c < 0x20 && !blank) || c >= 0x7f || c == '=' || (blank && at_end) || (c == '.' && width == 0);
		add_quoted(b, c, escape, &width);
	}
	SB_LIT(b, "\r\n");
}

static void add_base64_lines(struct cx *cx, struct sb *b, struct str bytes)
{
	for (size_t from = 0; from < bytes.len; from += 57) {
		struct str code = base64_encode(cx->arena, str_sub(bytes, from, 57));
		sb_add(b, code);
		for (size_t i = code.len; i % 4; i++)
			sb_char(b, '=');
		SB_LIT(b, "\r\n");
	}
}

static void add_text_part(struct sb *b, const char *subtype, struct str text)
{
	sb_fmt(b, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", subtype);
	add_quoted_printable(b, text);
}

static void add_words(struct sb *b, const struct mail *m, struct str boundary)
{
	if (!str_present(m->html)) {
		add_text_part(b, "plain", m->text);
		return;
	}
	sb_fmt(b, "Content-Type: multipart/alternative; boundary=\"a%.*s\"\r\n\r\n", STR_ARG(boundary));
	sb_fmt(b, "--a%.*s\r\n", STR_ARG(boundary));
	add_text_part(b, "plain", m->text);
	sb_fmt(b, "--a%.*s\r\n", STR_ARG(boundary));
	add_text_part(b, "html", m->html);
	sb_fmt(b, "--a%.*s--\r\n", STR_ARG(boundary));
}

static void add_attachment(struct cx *cx, struct sb *b, const struct mail *m)
{
	struct str name = m->attachment_name;
	sb_fmt(b, "Content-Type: %.*s\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename*=UTF-8''",
	       STR_ARG(m->attachment_type));
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		bool plain = c < 0x7f && atom_char((char)c) && !strchr("*'%", c);
		if (plain || c == '.')
			sb_char(b, (char)c);
		else
			sb_fmt(b, "%%%02X", c);
	}
	SB_LIT(b, "\r\n\r\n");
	add_base64_lines(cx, b, m->attachment);
}

static void add_body(struct cx *cx, struct sb *b, const struct mail *m)
{
	uint8_t noise[12];
	rand_bytes(noise, sizeof(noise));
	struct str boundary = hex_encode(cx->arena, (struct str){(const char *)noise, sizeof(noise)});
	if (!str_present(m->attachment)) {
		add_words(b, m, boundary);
		return;
	}
	sb_fmt(b, "Content-Type: multipart/mixed; boundary=\"m%.*s\"\r\n\r\n--m%.*s\r\n", STR_ARG(boundary), STR_ARG(boundary));
	add_words(b, m, boundary);
	sb_fmt(b, "--m%.*s\r\n", STR_ARG(boundary));
	add_attachment(cx, b, m);
	sb_fmt(b, "--m%.*s--\r\n", STR_ARG(boundary));
}

static bool id_ok(struct str id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!atom_char(id.ptr[i]) && id.ptr[i] != '.' && id.ptr[i] != '@') return false;
	return id.len <= 200;
}

static void add_id(struct sb *b, const char *header, struct str id, struct str from)
{
	bool whole = str_find_char(id, '@') != STR_NPOS;
	struct str domain = domain_of(from);
	sb_fmt(b, "%s: <%.*s%s%.*s>\r\n", header, STR_ARG(id), whole ? "" : "@", whole ? 0 : (int)domain.len, domain.ptr);
}

static enum err bad_line(struct cx *cx, const char *field) { return fail(cx, ERR_INVALID, field, M_net_mail_line); }

static enum err bad_address(struct cx *cx, const char *field, struct str value)
{
	return fail(cx, ERR_INVALID, field, M_net_mail_address, ARG_S("value", value));
}

static enum err check(struct cx *cx, const struct mail *m, struct str from_name, struct str from)
{
	if (!mail_address_ok(from) || !one_line(from_name)) return bad_address(cx, "from", m->from);
	if (!mail_address_ok(m->to)) return bad_address(cx, "to", m->to);
	if (str_present(m->reply_to) && !mail_address_ok(m->reply_to)) return bad_address(cx, "reply_to", m->reply_to);
	if (!one_line(m->to_name)) return bad_line(cx, "to_name");
	if (!one_line(m->reply_to_name)) return bad_line(cx, "reply_to_name");
	if (!one_line(m->subject)) return bad_line(cx, "subject");
	if (!id_ok(m->message_id)) return bad_line(cx, "message_id");
	if (!id_ok(m->in_reply_to)) return bad_line(cx, "in_reply_to");
	if (!one_line(m->attachment_name)) return bad_line(cx, "attachment_name");
	if (!one_line(m->attachment_type) || (str_present(m->attachment) && str_blank(m->attachment_type)))
		return bad_line(cx, "attachment_type");
	return utf8_valid(m->text) && utf8_valid(m->html) ? OK : bad_line(cx, "text");
}

enum err mail_format(struct cx *cx, const struct mail *m, struct str *out)
{
	struct sb b;
	struct str from_name, from;
	split_mailbox(m->from, &from_name, &from);
	TRY(check(cx, m, from_name, from));
	sb_init(&b, cx->arena, MESSAGE_CAP);
	add_date(&b, cx->now_ms);
	add_mailbox(cx, &b, "From", from_name, from);
	add_mailbox(cx, &b, "To", m->to_name, m->to);
	if (str_present(m->reply_to)) add_mailbox(cx, &b, "Reply-To", m->reply_to_name, m->reply_to);
	add_unstructured(cx, &b, "Subject", m->subject);
	if (!str_blank(m->message_id)) add_id(&b, "Message-ID", m->message_id, from);
	if (!str_blank(m->in_reply_to)) add_id(&b, "In-Reply-To", m->in_reply_to, from);
	/* RFC 3834: no absence note in return. */
	SB_LIT(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
	add_body(cx, &b, m);
	if (sb_failed(&b)) return fail(cx, ERR_TOO_LARGE, "text", M_error_too_large);
	*out = sb_str(&b);
	return OK;
}
