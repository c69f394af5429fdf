/* Connections: how many there are for each address, and a thread that cuts those that take too long. libmicrohttpd only
 * knows idleness, which a client that sends one byte at a time never shows. */
#pragma once
#include "base/str.h"
#include <sys/socket.h>

/* Address and kind of the other end of a connection. */
struct peer_address {
	struct str text; /* "192.0.2.1", IPv6 in its shortest form; absent for a unix socket */
	bool loopback, local_socket;
};

enum client_phase { CLIENT_SENDS_HEADER, CLIENT_SENDS_BODY, CLIENT_WAITS, CLIENT_READS_REPLY };

struct client {
	struct client *prev, *next;
	struct peer_address address;
	char text[48];
	int fd;
	enum client_phase phase;
	int64_t since_us, bytes; /* of this phase */
	bool cut;
	void *exchange; /* the server's: the request that is being read or answered */
};

struct client_limits {
	int per_address, header_ms, body_ms;
	struct str proxy; /* an address that is not counted */
};

struct clients;
struct clients *clients_start(struct client_limits limits);
void clients_stop(struct clients *cs);
bool clients_may_enter(struct clients *cs, const struct sockaddr *address) MUST_CHECK;
struct client *client_enter(struct clients *cs, int fd, const struct sockaddr *address);
/* Before its descriptor is closed. */
void client_leave(struct clients *cs, struct client *c);
/* bytes: the length of the reply for CLIENT_READS_REPLY */
void client_begins(struct clients *cs, struct client *c, enum client_phase phase, int64_t bytes);
void client_received(struct clients *cs, struct client *c, int64_t bytes);
