/* Sends one mail or makes one HTTP call, for tests/http/test_net.py.
 *   net_tool mail URL FROM TO SUBJECT TEXT [USER PASSWORD [CA_FILE]]
 *   net_tool http URL [METHOD [BODY [MAX_BYTES [TIMEOUT_MS [REDIRECTS [CA_FILE]]]]]]
 * Prints the error's name, then its messages or the answer. */
#include "platform/i18n/i18n.h"
#include "platform/net/http_client.h"
#include "platform/net/mail.h"

static struct str arg(int argc, char **argv, int i) { return i < argc && argv[i][0] ? str_of(argv[i]) : STR_NONE; }

static int number(int argc, char **argv, int i)
{
	int64_t n;
	return str_to_i64(arg(argc, argv, i), &n) ? (int)n : 0;
}

static enum err send_mail(struct cx *cx, int argc, char **argv)
{
	struct mail_server server = {
	    .url = arg(argc, argv, 2), .user = arg(argc, argv, 7), .password = arg(argc, argv, 8), .ca_file = arg(argc, argv, 9)};
	struct mail m = {.from = arg(argc, argv, 3),
	                 .to = arg(argc, argv, 4),
	                 .to_name = STR("L\xc3\xa9"
	                                "a \"Test\""),
	                 .subject = arg(argc, argv, 5),
	                 .text = arg(argc, argv, 6),
	                 .message_id = STR("0198-77"),
	                 .html = STR("<p>\xc3\xa9t\xc3\xa9</p>"),
	                 .attachment = STR("a;b\n"),
	                 .attachment_name = STR("d\xc3\xa9part.csv"),
	                 .attachment_type = STR("text/csv")};
	return mail_send(cx, &server, &m);
}

static enum err call(struct cx *cx, int argc, char **argv)
{
	struct pair header = {STR("X-Test"), STR("yes")};
	struct http_call c = {.url = arg(argc, argv, 2),
	                      .method = argc > 3 && argv[3][0] ? argv[3] : NULL,
	                      .body = arg(argc, argv, 4),
	                      .max_bytes = number(argc, argv, 5),
	                      .timeout_ms = number(argc, argv, 6),
	                      .redirects = number(argc, argv, 7),
	                      .ca_file = arg(argc, argv, 8),
	                      .headers = {&header, 1}};
	struct http_answer a;
	TRY(http_call(cx, &c, &a));
	printf("status %d\ntype %.*s\n%.*s\n", a.status, STR_ARG(pairs_get(a.headers, "content-type")), STR_ARG(a.body));
	return OK;
}

int main(int argc, char **argv)
{
	struct cx cx;
	if (argc < 3) return 2;
	cx_begin(&cx, NULL);
	cx.lang = LANG_EN;
	enum err err = strcmp(argv[1], "mail") == 0 ? send_mail(&cx, argc, argv) : call(&cx, argc, argv);
	printf("%s\n", err_name(err));
	for (const struct problem *p = cx.problems; p; p = p->next)
		printf("%.*s: %.*s\n", STR_ARG(p->field), STR_ARG(problem_text(&cx, p)));
	cx_end(&cx);
	return 0;
}
