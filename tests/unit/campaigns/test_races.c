/* Many at once: students send while the office closes and allocates; the same list from two windows; a process that is killed.
 * What was acknowledged is there, once, and is in the allocation; what was refused is not. */
#include "world.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

enum { THREADS = 8, EACH = 5 };

static bool race_world(struct world *w, size_t students)
{
	if (!world_open(w)) return false;
	make_campaign(w, "average=100");
	(void)make_place(w, "Universitetet i Bergen", 20, false);
	(void)make_place(w, "Universidad de Valladolid", 20, false);
	for (size_t i = 0; i < students; i++)
		(void)make_student(w, "Ada", 100000 + (int64_t)i * 100, NULL);
	MUST(campaign_open(w->cx, w->campaign));
	return tap.failures == 0;
}

struct sender {
	pthread_t thread;
	struct world *w;
	size_t from, n;
	int64_t acknowledged, refused, again, other;
};

static void *send_all(void *arg)
{
	struct sender *s = arg;
	for (size_t i = s->from; i < s->from + s->n; i++) {
		struct cx cx;
		struct receipt r;
		cx_begin(&cx, s->w->house.db);
		cx.tenant = s->w->cx->tenant;
		cx.actor = &s->w->actor[i];
		cx.now_ms = s->w->cx->now_ms - 1;
		const struct ranked list[2] = {{s->w->place[i % 2], 1}, {s->w->place[(i + 1) % 2], 2}};
		enum err err = application_submit(&cx, s->w->campaign, list, 2, (struct pairs){by_train, 1}, &r);
		bool closed = err == ERR_REFUSED && cx.problems && cx.problems->msg == M_campaign_closed;
		s->acknowledged += err == OK;
		s->again += err == OK && r.again;
		s->refused += closed;
		s->other += err != OK && !closed;
		cx_end(&cx);
	}
	return NULL;
}

static void test_close_race(void)
{
	struct world world, *w = &world;
	struct sender senders[THREADS];
	struct run_view run;
	if (!race_world(w, THREADS * EACH)) return;
	struct receipt first;
	MUST(apply(w, 0, (const size_t[]){0, 1}, 2, &first)); /* so that the allocation has somebody */
	for (size_t i = 0; i < THREADS; i++) {
		senders[i] = (struct sender){.w = w, .from = i * EACH, .n = EACH};
		if (pthread_create(&senders[i].thread, NULL, send_all, &senders[i])) abort();
	}
	MUST(campaign_choose_mechanism(w->cx, w->campaign, ALLOCATION_SERIAL));
	MUST(campaign_close(w->cx, w->campaign));
	MUST(campaign_allocate(w->cx, w->campaign, &run));
	int64_t acknowledged = 0, refused = 0, other = 0;
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(senders[i].thread, NULL);
		acknowledged += senders[i].acknowledged;
		refused += senders[i].refused;
		other += senders[i].other;
	}
	bool first_again = senders[0].again == 1;
	printf("# acknowledged %lld, refused %lld\n", (long long)acknowledged, (long long)refused);
	CHECK_INT(other, 0);
	CHECK_INT(acknowledged + refused, THREADS * EACH);
	CHECK_INT(count_rows(w, SQL("select count(*) from application where tenant = ?1")), acknowledged + !first_again);
	CHECK_INT(run.nstudents, acknowledged + !first_again);
	world_close(w);
}

static void test_same_list_twice(void)
{
	struct world world, *w = &world;
	struct sender senders[THREADS];
	int64_t written = 0;
	if (!race_world(w, EACH)) return;
	for (size_t i = 0; i < THREADS; i++) {
		senders[i] = (struct sender){.w = w, .from = 0, .n = EACH};
		if (pthread_create(&senders[i].thread, NULL, send_all, &senders[i])) abort();
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(senders[i].thread, NULL);
		CHECK_INT(senders[i].acknowledged, EACH);
		written += senders[i].acknowledged - senders[i].again;
	}
	CHECK_INT(written, EACH);
	CHECK_INT(count_rows(w, SQL("select count(*) from application where tenant = ?1")), EACH);
	CHECK_INT(count_rows(w, SQL("select count(*) from application_choice where tenant = ?1")), 2 * EACH);
	CHECK_INT(count_rows(w, SQL("select count(*) from audit_entry where tenant = ?1 and act = 'submit'")), EACH);
	world_close(w);
}

/* --- killed --- */

static const char *program;

/* Another process: sends for all students, and says the number of each after it was acknowledged. */
static int child(char **argv)
{
	struct cx cx;
	struct db *db;
	const char *url = getenv("PASSERELLE_TEST_PG_APP");
	struct db_options o = {.data_dir = str_of(argv[2]), .url = str_of(url), .max_connections = 2};
	struct uuid campaign, places[2];
	if (!uuid_parse(str_of(argv[3]), &campaign) || !uuid_parse(str_of(argv[4]), &places[0]) || !uuid_parse(str_of(argv[5]), &places[1]))
		return 2;
	world_register();
	cx_begin(&cx, NULL);
	if (db_open(&cx, &o, &db)) return 3;
	cx_end(&cx);
	for (int i = 0;; i++) {
		struct receipt r;
		cx_begin(&cx, db);
		cx.tenant = 1;
		cx.now_ms = day_ms(2026, 11, 11);
		struct uuid self;
		if (!uuid_parse(str_of(argv[6 + i]), &self)) return 5;
		struct actor actor = {.person = self, .email = STR("student@escom.example"), .roles = ROLE_STUDENT};
		cx.actor = &actor;
		const struct ranked list[2] = {{places[0], 1}, {places[1], 2}};
		if (application_submit(&cx, campaign, list, 2, (struct pairs){by_train, 1}, &r)) return 4;
		dprintf(1, "%d\n", i);
		cx_end(&cx);
		if (!argv[7 + i]) return 0;
	}
}

static void test_killed(void)
{
	enum { STUDENTS = 40 };
	struct world world, *w = &world;
	if (!race_world(w, STUDENTS)) return;
	char *args[STUDENTS + 8] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "child", w->house.store.dir};
	args[3] = (char *)(uintptr_t)str_z(w->cx->arena, uuid_text(w->cx->arena, w->campaign));
	for (size_t i = 0; i < 2; i++)
		args[4 + i] = (char *)(uintptr_t)str_z(w->cx->arena, uuid_text(w->cx->arena, w->place[i]));
	for (size_t i = 0; i < STUDENTS; i++)
		args[6 + i] = (char *)(uintptr_t)str_z(w->cx->arena, uuid_text(w->cx->arena, w->person[i]));
	int fds[2];
	if (pipe(fds)) abort();
	pid_t pid = fork();
	if (pid < 0) abort();
	if (pid == 0) {
		dup2(fds[1], 1);
		close(fds[0]);
		execv("/proc/self/exe", args);
		_exit(9);
	}
	close(fds[1]);
	FILE *said = fdopen(fds[0], "r");
	int last = -1, status;
	char line[32];
	while (fgets(line, sizeof(line), said)) {
		int64_t said_number;
		if (!str_to_i64(str_trim(str_of(line)), &said_number)) break;
		last = (int)said_number;
		if (last == STUDENTS / 3) kill(pid, SIGKILL);
	}
	fclose(said);
	waitpid(pid, &status, 0);
	CHECK(WIFSIGNALED(status));
	printf("# killed after %d acknowledgements\n", last + 1);
	CHECK(last >= STUDENTS / 3);
	for (int i = 0; i <= last; i++) {
		struct my_application *mine;
		size_t n;
		as_student(w, (size_t)i);
		MUST(my_applications(w->cx, UUID_NONE, &mine, &n));
		CHECK_INT(n, 1);
		struct receipt r;
		if (n) MUST(application_receipt(w->cx, mine[0].application->row.id, &r));
		if (n) CHECK_INT(r.len, 2);
	}
	as_office(w);
	/* no half of one: every application has both of its choices and its entry */
	int64_t n = count_rows(w, SQL("select count(*) from application where tenant = ?1"));
	CHECK_INT(count_rows(w, SQL("select count(*) from application_choice where tenant = ?1")), 2 * n);
	CHECK_INT(count_rows(w, SQL("select count(*) from audit_entry where tenant = ?1 and act = 'submit'")), n);
	struct receipt r;
	w->cx->now_ms = day_ms(2026, 11, 11);
	MUST(apply(w, STUDENTS - 1, (const size_t[]){0, 1}, 2, &r)); /* and it goes on */
	world_close(w);
}

int main(int argc, char **argv)
{
	static const struct tap_test tests[] = {TAP(test_close_race), TAP(test_same_list_twice), TAP(test_killed)};
	program = argv[0];
	return argc > 6 && strcmp(argv[1], "child") == 0 ? child(argv) : tap_run(tests, ARRAY_LEN(tests));
}
