/* A list under a lock; a thread looks at it four times a second. */
#include "platform/web/clients.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/web/metrics.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>

enum { TICK_MS = 250, SLOWEST_BYTES_PER_S = 8 * 1024 };

struct clients {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	bool stopping;
	struct client_limits limits;
	struct client *first;
};

static void read_address(const struct sockaddr *sa, char text[48], struct peer_address *out)
{
	*out = (struct peer_address){0};
	text[0] = 0;
	if (sa && sa->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, sa, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, text, 48);
		out->loopback = (ntohl(in.sin_addr.s_addr) >> 24) == 127;
	} else if (sa && sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in;
		memcpy(&in, sa, sizeof(in));
		bool mapped = IN6_IS_ADDR_V4MAPPED(&in.sin6_addr);
		inet_ntop(mapped ? AF_INET : AF_INET6, in.sin6_addr.s6_addr + (mapped ? 12 : 0), text, 48);
		out->loopback = IN6_IS_ADDR_LOOPBACK(&in.sin6_addr) || (mapped && in.sin6_addr.s6_addr[12] == 127);
	} else {
		out->local_socket = true;
		return;
	}
	out->text = str_of(text);
}

static int64_t allowed_ms(const struct client_limits *l, const struct client *c)
{
	return c->phase == CLIENT_SENDS_HEADER ? l->header_ms : l->body_ms + c->bytes * 1000 / SLOWEST_BYTES_PER_S;
}

static void cut_slow(struct clients *cs)
{
	int64_t now_us = clock_monotonic_us();
	for (struct client *c = cs->first; c; c = c->next) {
		if (c->cut || c->phase == CLIENT_WAITS) continue;
		if ((now_us - c->since_us) / 1000 < allowed_ms(&cs->limits, c)) continue;
		c->cut = true;
		shutdown(c->fd, SHUT_RDWR);
	}
}

static void *watch(void *arg)
{
	struct clients *cs = arg;
	pthread_mutex_lock(&cs->lock);
	while (!cs->stopping) {
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += TICK_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&cs->wake, &cs->lock, &until);
		cut_slow(cs);
	}
	pthread_mutex_unlock(&cs->lock);
	return NULL;
}

struct clients *clients_start(struct client_limits limits)
{
	struct clients *cs = calloc(1, sizeof(*cs));
	BUG_IF(!cs);
	cs->limits = limits;
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&cs->wake, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&cs->lock, NULL);
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	BUG_IF(pthread_create(&cs->thread, NULL, watch, cs) != 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return cs;
}

void clients_stop(struct clients *cs)
{
	if (!cs) return;
	pthread_mutex_lock(&cs->lock);
	cs->stopping = true;
	pthread_cond_signal(&cs->wake);
	pthread_mutex_unlock(&cs->lock);
	pthread_join(cs->thread, NULL);
	pthread_cond_destroy(&cs->wake);
	pthread_mutex_destroy(&cs->lock);
	free(cs);
}

bool clients_may_enter(struct clients *cs, const struct sockaddr *address)
{
	struct peer_address peer;
	char text[48];
	int n = 0;
	read_address(address, text, &peer);
	if (peer.local_socket || (str_present(cs->limits.proxy) && str_eq(peer.text, cs->limits.proxy))) return true;
	pthread_mutex_lock(&cs->lock);
	for (const struct client *c = cs->first; c; c = c->next)
		n += str_eq(c->address.text, peer.text);
	pthread_mutex_unlock(&cs->lock);
	return n < cs->limits.per_address;
}

struct client *client_enter(struct clients *cs, int fd, const struct sockaddr *address)
{
	struct client *c = calloc(1, sizeof(*c));
	BUG_IF(!c);
	read_address(address, c->text, &c->address);
	c->fd = fd;
	c->since_us = clock_monotonic_us();
	pthread_mutex_lock(&cs->lock);
	c->next = cs->first;
	if (c->next) c->next->prev = c;
	cs->first = c;
	pthread_mutex_unlock(&cs->lock);
	metrics_connections(1);
	return c;
}

void client_leave(struct clients *cs, struct client *c)
{
	pthread_mutex_lock(&cs->lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		cs->first = c->next;
	if (c->next) c->next->prev = c->prev;
	pthread_mutex_unlock(&cs->lock);
	metrics_connections(-1);
	free(c);
}

void client_begins(struct clients *cs, struct client *c, enum client_phase phase, int64_t bytes)
{
	int64_t now_us = clock_monotonic_us();
	pthread_mutex_lock(&cs->lock);
	c->phase = phase;
	c->bytes = bytes;
	c->since_us = now_us;
	pthread_mutex_unlock(&cs->lock);
}

void client_received(struct clients *cs, struct client *c, int64_t bytes)
{
	pthread_mutex_lock(&cs->lock);
	c->bytes += bytes;
	pthread_mutex_unlock(&cs->lock);
}
