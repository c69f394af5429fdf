/* Threads on one queue behind a mutex: at some ten thousand requests a second it is not what costs. */
#include "platform/web/pool.h"
#include "base/log.h"
#include <pthread.h>
#include <signal.h>

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct work *first, **last;
	int waiting, max, threads;
	bool stopping;
	pthread_t thread[];
};

static void *run_worker(void *arg)
{
	struct pool *p = arg;
	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!p->first && !p->stopping)
			pthread_cond_wait(&p->wake, &p->lock);
		struct work *w = p->first;
		if (!w) break;
		p->first = w->next;
		if (!p->first) p->last = &p->first;
		p->waiting--;
		pthread_mutex_unlock(&p->lock);
		w->run(w);
		pthread_mutex_lock(&p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct pool *pool_start(int threads, int max_waiting)
{
	struct pool *p = calloc(1, sizeof(*p) + (size_t)threads * sizeof(pthread_t));
	BUG_IF(!p);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	p->last = &p->first;
	p->max = max_waiting;
	p->threads = threads;
	/* Signals are for the main thread. */
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (int i = 0; i < threads; i++)
		BUG_IF(pthread_create(&p->thread[i], NULL, run_worker, p) != 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return p;
}

static bool add(struct pool *p, struct work *w, bool bounded)
{
	pthread_mutex_lock(&p->lock);
	bool taken = !bounded || p->waiting < p->max;
	if (taken) {
		w->next = NULL;
		*p->last = w;
		p->last = &w->next;
		p->waiting++;
		pthread_cond_signal(&p->wake);
	}
	pthread_mutex_unlock(&p->lock);
	return taken;
}

bool pool_add(struct pool *p, struct work *w) { return add(p, w, true); }

void pool_add_again(struct pool *p, struct work *w) { add(p, w, false); }

void pool_stop(struct pool *p)
{
	if (!p) return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->threads; i++)
		pthread_join(p->thread[i], NULL);
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
