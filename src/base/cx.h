/* cx: the context of one request, job or command. First parameter of everything that can fail or that depends on
 * who asks, for which school, in which language, and when. One thread at a time. */
#pragma once
#include "base/error.h"
#include "base/uuid.h"
#include <stdatomic.h>

enum lang { LANG_FR, LANG_EN, LANG_COUNT };

/* A value named in a message: {name} or {n} in the catalogue. */
struct msg_arg {
	const char *name;
	struct str text; /* used when num is UNKNOWN */
	int64_t num;     /* written with the language's separators; also chooses the plural when name is "n" */
	int msg;         /* when not 0: the message whose text is the value (a translated word) */
};
#define ARG_S(name_, text_) ((struct msg_arg){.name = (name_), .text = (text_), .num = UNKNOWN})
#define ARG_Z(name_, z_) ((struct msg_arg){.name = (name_), .text = str_of(z_), .num = UNKNOWN})
#define ARG_N(name_, num_) ((struct msg_arg){.name = (name_), .num = (num_)})
#define ARG_M(name_, msg_) ((struct msg_arg){.name = (name_), .num = UNKNOWN, .msg = (msg_)})

/* One thing that is wrong. A form or an import line may have several. */
struct problem {
	enum err code;
	struct str field;     /* "pic", "conditions.2.places"; absent for the whole */
	int msg;              /* enum msg of platform/i18n */
	struct msg_arg *args; /* ends with a NULL name */
	const char *place;    /* file:line that said so */
	struct problem *next;
};

struct db;
struct db_session;
struct actor;

struct cx {
	struct arena *arena;
	struct db *db;            /* the store this process serves */
	struct db_session *tx;    /* the open transaction, inside db_tx only */
	struct db_session *reads; /* the snapshot that reads share, see db_reads_begin */
	bool reads_together;
	void *pending_commit;      /* a group that has not reached the disk yet; see platform/db */
	const struct actor *actor; /* NULL: nobody signed in */
	int64_t tenant;            /* school; 0: none chosen */
	struct str zone; /* of the school in use, "Europe/Paris": times are shown and days counted in it; UTC before one is chosen */
	enum lang lang;
	int64_t now_ms; /* fixed at the start, so that one act has one time */
	struct str request_id;
	const atomic_bool *ending; /* set when the process is to end; NULL: nobody will say so */
	bool told;                 /* problems are told to the one who waits at the terminal: the log need not repeat them */
	struct problem *problems, **problems_end;
};

/* A fresh context: own arena, time now. cx_end frees it. */
void cx_begin(struct cx *cx, struct db *db);
void cx_end(struct cx *cx);
/* Asked between the steps of long work, which then gives up with ERR_BUSY; its transaction is undone. */
static inline bool cx_ending(const struct cx *cx) { return cx->ending && atomic_load(cx->ending); }
void cx_clear_problems(struct cx *cx);
/* The day of an instant, and today, in the zone of cx: days since 1970-01-01. UNKNOWN for UNKNOWN. */
int64_t cx_day(const struct cx *cx, int64_t instant_ms);
int64_t cx_today(const struct cx *cx);
/* Copies the problems into another arena, when the one they were told in is about to go. */
void cx_move_problems(struct cx *cx, struct arena *to);

/* Records a problem (field and texts are copied), logs place and code at the code's level, and returns the code:
 *   return fail(cx, ERR_INVALID, "pic", M_error_pic, ARG_S("value", value)); */
enum err fail_at(struct cx *cx, enum err code, struct str field, int msg, const struct msg_arg *args, size_t nargs, const char *place);
#define CX_HERE_STR_(x) #x
#define CX_HERE_STR(x) CX_HERE_STR_(x)
#define fail(cx, code, field, msg, ...)                                                                      \
	fail_at((cx), (code), str_of(field), (msg), (const struct msg_arg[]){__VA_ARGS__ __VA_OPT__(, ){0}}, \
	        ARRAY_LEN(((const struct msg_arg[]){__VA_ARGS__ __VA_OPT__(, ){0}})) - 1, __FILE__ ":" CX_HERE_STR(__LINE__))
