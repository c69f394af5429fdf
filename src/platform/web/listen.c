/* Sockets are opened here rather than by libmicrohttpd, which knows neither unix paths nor systemd. */
#include "platform/web/listen.h"
#include "platform/i18n/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, SYSTEMD_FIRST_FD = 3 };

static enum err bad_address(struct cx *cx, struct str listen_on)
{
	return fail(cx, ERR_CONFIG, "listen", M_web_listen_address, ARG_S("value", listen_on));
}

static enum err cannot_listen(struct cx *cx, struct str listen_on)
{
	return fail(cx, ERR_IO, "listen", M_web_listen_failed, ARG_S("value", listen_on), ARG_Z("reason", strerror(errno)));
}

/* LISTEN_PID and LISTEN_FDS: sd_listen_fds(3), without its library. */
static enum err from_systemd(struct cx *cx, int *fd)
{
	int64_t pid, fds;
	if (!str_to_i64(str_of(getenv("LISTEN_PID")), &pid) || pid != getpid() || !str_to_i64(str_of(getenv("LISTEN_FDS")), &fds) ||
	    fds != 1)
		return bad_address(cx, STR("systemd"));
	*fd = SYSTEMD_FIRST_FD;
	return fcntl(*fd, F_SETFD, FD_CLOEXEC) == 0 ? OK : cannot_listen(cx, STR("systemd"));
}

static enum err at_path(struct cx *cx, struct str listen_on, int *fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct str path = str_sub(listen_on, 5, listen_on.len);
	struct stat st;
	if (path.len == 0 || path.len >= sizeof(address.sun_path)) return bad_address(cx, listen_on);
	memcpy(address.sun_path, path.ptr, path.len);
	/* A socket left by a process that was killed. */
	if (lstat(address.sun_path, &st) == 0 && S_ISSOCK(st.st_mode)) unlink(address.sun_path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0) return cannot_listen(cx, listen_on);
	if (bind(*fd, (const struct sockaddr *)&address, sizeof(address)) == 0 && chmod(address.sun_path, 0660) == 0 &&
	    listen(*fd, BACKLOG) == 0)
		return OK;
	enum err err = cannot_listen(cx, listen_on);
	close(*fd);
	return err;
}

/* host:port or [v6]:port; numbers only, since a name may resolve to several addresses. */
static bool split_address(struct str s, struct str *host, struct str *port)
{
	size_t colon = STR_NPOS;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == ':') colon = i;
	if (colon == STR_NPOS || colon == 0) return false;
	*host = str_sub(s, 0, colon);
	*port = str_sub(s, colon + 1, s.len);
	if (host->ptr[0] == '[') {
		if (host->ptr[host->len - 1] != ']') return false;
		*host = str_sub(*host, 1, host->len - 2);
	}
	int64_t n;
	return str_to_i64(*port, &n) && n >= 0 && n <= 65535;
}

static int open_tcp(const struct addrinfo *info)
{
	int on = 1, fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) return fd;
	int kept = errno;
	close(fd);
	errno = kept;
	return -1;
}

static enum err at_address(struct cx *cx, struct str listen_on, int *fd)
{
	struct str host, port;
	struct addrinfo *info, hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	if (!split_address(listen_on, &host, &port)) return bad_address(cx, listen_on);
	if (str_is(host, "localhost")) host = STR("127.0.0.1");
	if (getaddrinfo(str_z(cx->arena, host), str_z(cx->arena, port), &hints, &info) != 0) return bad_address(cx, listen_on);
	*fd = open_tcp(info);
	freeaddrinfo(info);
	return *fd < 0 ? cannot_listen(cx, listen_on) : OK;
}

static int port_of(int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	char port[8];
	int64_t n;
	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0 || address.ss_family == AF_UNIX ||
	    getnameinfo((const struct sockaddr *)&address, len, NULL, 0, port, sizeof(port), NI_NUMERICSERV) != 0)
		return 0;
	return str_to_i64(str_of(port), &n) ? (int)n : 0;
}

enum err listen_open(struct cx *cx, struct str listen_on, int *fd, int *port)
{
	*fd = -1;
	if (str_is(listen_on, "systemd"))
		TRY(from_systemd(cx, fd));
	else if (str_starts(listen_on, STR("unix:")))
		TRY(at_path(cx, listen_on, fd));
	else
		TRY(at_address(cx, listen_on, fd));
	*port = port_of(*fd);
	return OK;
}
