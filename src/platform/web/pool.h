/* A bounded queue and the threads that empty it. Work items are linked in place: nothing is allocated. */
#pragma once
#include "base/attr.h"

struct work {
	struct work *next;
	void (*run)(struct work *w);
};

struct pool;
struct pool *pool_start(int threads, int max_waiting);
/* False when the queue is full. */
bool pool_add(struct pool *p, struct work *w) MUST_CHECK;
/* For work that was admitted before: never refused. */
void pool_add_again(struct pool *p, struct work *w);
void pool_stop(struct pool *p); /* runs what waits, then returns; NULL is allowed */
