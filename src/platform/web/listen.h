/* The socket to listen on: 127.0.0.1:8080, [::1]:0, unix:/run/passerelle.sock, or `systemd` for the one systemd hands over. */
#pragma once
#include "base/cx.h"

/* *port 0 for a unix socket. ERR_CONFIG: not an address; ERR_IO: taken or not ours. */
enum err listen_open(struct cx *cx, struct str listen_on, int *fd, int *port) MUST_CHECK;
