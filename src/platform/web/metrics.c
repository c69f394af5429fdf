/* Atomic counters; a reader may see a request in one counter and not yet in the other, which a scrape does not mind. */
#include "platform/web/metrics.h"
#include <stdatomic.h>

static const int64_t bounds_us[] = {1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};
enum { BOUNDS = ARRAY_LEN(bounds_us), STATUS_MAX = 600 };

static struct {
	atomic_llong by_status[STATUS_MAX], within[BOUNDS + 1], total_us, refused, queue, connections;
} counters;

void metrics_request(int status, int64_t duration_us)
{
	size_t i = 0;
	while (i < BOUNDS && duration_us > bounds_us[i])
		i++;
	atomic_fetch_add_explicit(&counters.within[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&counters.total_us, duration_us, memory_order_relaxed);
	if (status >= 0 && status < STATUS_MAX) atomic_fetch_add_explicit(&counters.by_status[status], 1, memory_order_relaxed);
}

void metrics_refused(void) { atomic_fetch_add_explicit(&counters.refused, 1, memory_order_relaxed); }

void metrics_queue(int64_t change) { atomic_fetch_add_explicit(&counters.queue, change, memory_order_relaxed); }

void metrics_connections(int64_t change) { atomic_fetch_add_explicit(&counters.connections, change, memory_order_relaxed); }

static void write_type(struct sb *b, const char *name, const char *type) { sb_fmt(b, "# TYPE passerelle_%s %s\n", name, type); }

static void write_one(struct sb *b, const char *name, const char *type, int64_t n)
{
	write_type(b, name, type);
	sb_fmt(b, "passerelle_%s %lld\n", name, (long long)n);
}

static void write_latency(struct sb *b)
{
	int64_t count = 0;
	write_type(b, "request_seconds", "histogram");
	for (size_t i = 0; i < BOUNDS; i++) {
		count += atomic_load(&counters.within[i]);
		sb_fmt(b, "passerelle_request_seconds_bucket{le=\"%lld.%04lld\"} %lld\n", (long long)(bounds_us[i] / 1000000),
		       (long long)(bounds_us[i] % 1000000 / 100), (long long)count);
	}
	count += atomic_load(&counters.within[BOUNDS]);
	int64_t us = atomic_load(&counters.total_us);
	sb_fmt(b, "passerelle_request_seconds_bucket{le=\"+Inf\"} %lld\n", (long long)count);
	sb_fmt(b, "passerelle_request_seconds_sum %lld.%06lld\n", (long long)(us / 1000000), (long long)(us % 1000000));
	sb_fmt(b, "passerelle_request_seconds_count %lld\n", (long long)count);
}

void metrics_text(struct sb *b, const struct db *db)
{
	write_type(b, "requests_total", "counter");
	for (int s = 0; s < STATUS_MAX; s++) {
		long long n = atomic_load(&counters.by_status[s]);
		if (n) sb_fmt(b, "passerelle_requests_total{status=\"%d\"} %lld\n", s, n);
	}
	write_latency(b);
	write_one(b, "requests_refused_total", "counter", atomic_load(&counters.refused));
	write_one(b, "requests_in_progress", "gauge", atomic_load(&counters.queue));
	write_one(b, "connections", "gauge", atomic_load(&counters.connections));
	if (!db) return;
	struct db_stats s = db_stats(db);
	write_one(b, "database_commits_total", "counter", s.commits);
	write_one(b, "database_writes_total", "counter", s.writes);
	write_one(b, "database_refused_total", "counter", s.refused);
	write_one(b, "database_retries_total", "counter", s.retries);
	write_one(b, "database_busy_total", "counter", s.busy);
}

void metrics_reset(void) { memset(&counters, 0, sizeof(counters)); }
