/* The peer that pages are measured against: libmicrohttpd as it is, one epoll thread, a reply of 1 KiB from memory.
 *   bench_http_bare [PORT]
 * Prints the address; serves until SIGTERM. */
#include "base/str.h"
#include <microhttpd.h>
#include <signal.h>

static char page[1024];

static enum MHD_Result answer(void *arg, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_len, void **request)
{
	static char seen;
	if (!*request) {
		*request = &seen;
		return MHD_YES;
	}
	struct MHD_Response *r = MHD_create_response_from_buffer(sizeof(page), page, MHD_RESPMEM_PERSISTENT);
	if (!r) return MHD_NO;
	MHD_add_response_header(r, "Content-Type", "text/html; charset=utf-8");
	enum MHD_Result queued = MHD_queue_response(c, 200, r);
	MHD_destroy_response(r);
	return queued;
}

int main(int argc, char **argv)
{
	int64_t port = 0;
	int got;
	sigset_t wanted;
	if (argc > 1 && !str_to_i64(str_of(argv[1]), &port)) return 2;
	memset(page, 'x', sizeof(page));
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &wanted, NULL);
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)port, NULL, NULL, answer, NULL, MHD_OPTION_END);
	if (!d) return 3;
	printf("listening http://127.0.0.1:%d\n", MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
	fflush(stdout);
	sigwait(&wanted, &got);
	MHD_stop_daemon(d);
	return 0;
}
