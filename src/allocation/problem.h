/* The question of an allocation: options with seats, a forest of caps above them, students with ranked options and
 * scores, group floors, and placements fixed or forbidden by an earlier round. Built row by row from ids, in any order
 * of rows; allocation_finish then puts everything in byte order of id, so that nothing later depends on that order.
 *
 *   struct allocation *a = allocation_new(arena);
 *   TRY(allocation_add_option(a, STR("kyoto-s1"), 2, STR_NONE, &fault));
 *   TRY(allocation_add_choice(a, STR("s-17"), 1, STR("kyoto-s1"), 153200, &fault));
 *   TRY(allocation_finish(a, &fault));
 *   then solve.h, verify.h, why.h, result.h.
 *
 * Ids are copied, all memory lies in the arena and is never freed piecemeal. Integers only. A finished allocation is
 * never written again and may be read by several threads; building is for one thread.
 * Errors: ERR_INVALID or ERR_SYNTAX with *fault filled; after an error the allocation is of no further use. */
#pragma once
#include "base/error.h"

#define ALLOCATION_NONE UINT32_MAX
#define ALLOCATION_CAPACITY_MAX 1000000000
#define ALLOCATION_RANK_MAX 65535
#define ALLOCATION_CAPS_ABOVE 1024 /* above an option: whoever moves passes them all */

/* What is wrong with an input: code, name. The caller says it in the user's language. Which other members are set is
 * written beside each; file, line and column are set when the rows come from a file (files.h). */
#define ALLOCATION_FAULTS(X)                                                                                                        \
	X(NONE, "none")                                                                                                             \
	X(UTF8, "utf8")                     /* line */                                                                              \
	X(HEADER_MISSING, "header_missing") /* expected: the columns */                                                             \
	X(COLUMN_UNKNOWN, "column_unknown") /* value, expected: the columns */                                                      \
	X(COLUMN_MISSING, "column_missing") /* column */                                                                            \
	X(COLUMN_TWICE, "column_twice")     /* column */                                                                            \
	X(FIELD_COUNT, "field_count")       /* number found, high expected */                                                       \
	X(QUOTE_OPEN, "quote_open")         /* a quoted field never ends */                                                         \
	X(QUOTE_STRAY, "quote_stray")       /* value: text around a quote that is not doubled */                                    \
	X(LINE_END, "line_end")             /* a carriage return without line feed, outside quotes */                               \
	X(ID_EMPTY, "id_empty")                                                                                                     \
	X(ID_CONTROL, "id_control")           /* value: an id with a control character */                                           \
	X(NUMBER, "number")                   /* value is not a whole number */                                                     \
	X(RANGE, "range")                     /* value is not between low and high */                                               \
	X(TWICE, "twice")                     /* value: id defined twice; number: line of the first, 0 when not known */            \
	X(CAP_UNKNOWN, "cap_unknown")         /* value */                                                                           \
	X(CAP_LOOP, "cap_loop")               /* value: a cap that lies under itself */                                             \
	X(CAP_DEEP, "cap_deep")               /* value: a cap with number caps above it, high at most */                            \
	X(OPTION_UNKNOWN, "option_unknown")   /* value */                                                                           \
	X(STUDENT_UNKNOWN, "student_unknown") /* value */                                                                           \
	X(CHOICE_TWICE, "choice_twice")       /* value: the student, other: the option */                                           \
	X(TARGET_UNKNOWN, "target_unknown")   /* value: neither an option nor a cap */                                              \
	X(TARGET_BOTH, "target_both")         /* value: an option and a cap have this id */                                         \
	X(FLOOR_TWICE, "floor_twice")         /* value: option or cap, other: group */                                              \
	X(NOT_LISTED, "not_listed")           /* value: student, other: option fixed or forbidden without being listed */           \
	X(FIXED_TWICE, "fixed_twice")         /* value: student with two fixed placements, or one that is forbidden */              \
	X(FIXED_OVER, "fixed_over")           /* value: option or cap, number placed there by earlier rounds, high seats */         \
	X(PAIR_UNKNOWN, "pair_unknown")       /* value: a partner who is no student, other: the other one */                        \
	X(PAIR_SELF, "pair_self")             /* value: student paired with herself */                                              \
	X(PAIR_TWICE, "pair_twice")           /* value: student in two pairs, other: the second partner */                          \
	X(PAIR_MECHANISM, "pair_mechanism")   /* value: the mechanism, which does not place pairs */                                \
	X(TOO_MANY, "too_many")               /* more rows than 32 bits count */                                                    \
	X(MECHANISM, "mechanism")             /* value: not a mechanism of this program */                                          \
	X(SEED, "seed")                       /* a zero byte in it */                                                               \
	X(RANKS, "ranks")                     /* value: the mechanism, number of different ranks, for so many nodes high at most */ \
	X(LINKED, "linked")                   /* more options, caps and floors that hang together than high */                      \
	X(REPORT, "report") /* value: the field of report.json that cannot be read, or what stands in the place of one; line */

enum allocation_fault_code {
#define X(code, name) ALLOCATION_FAULT_##code,
	ALLOCATION_FAULTS(X)
#undef X
	    ALLOCATION_FAULT_COUNT
};
const char *allocation_fault_name(enum allocation_fault_code code);

struct allocation_fault {
	enum allocation_fault_code code;
	struct str file;     /* as the caller named it; absent when the rows come from memory */
	int64_t line;        /* of the first byte of the row, from 1; 0 when not known */
	struct str column;   /* "capacity"; absent when the whole row or file is meant */
	struct str value;    /* as found */
	struct str other;    /* the second id, where a fault has two */
	struct str expected; /* "option,capacity[,cap]" */
	int64_t number, low, high;
};

struct allocation_option {
	struct str id;
	uint32_t capacity;
	uint32_t cap; /* index into caps, ALLOCATION_NONE */
};
struct allocation_cap {
	struct str id;
	uint32_t capacity;
	uint32_t parent; /* index into caps, ALLOCATION_NONE at a root */
};
struct allocation_floor {
	uint32_t node;  /* see node_parent */
	uint32_t group; /* index into groups */
	uint32_t floor;
};

struct allocation {
	struct arena *arena;
	uint32_t noptions, ncaps, nstudents, ngroups, nfloors, nchoices;
	struct allocation_option *options; /* these five in byte order of id */
	struct allocation_cap *caps;
	struct str *students;
	struct str *groups;
	struct allocation_floor *floors; /* by node, group */

	/* Options and caps as one forest: node o < noptions is option o, node noptions + c is cap c. */
	uint32_t *node_parent; /* ALLOCATION_NONE at a root */
	uint32_t *node_capacity;

	uint32_t *group; /* of a student, ALLOCATION_NONE without; NULL when no student has one */
	int64_t *score;  /* the student's largest, 0 without choices */

	/* The choices of student s are those from off[s] to off[s + 1], by rank, then by option. */
	uint32_t *off;
	uint32_t *choice_option;
	uint16_t *choice_rank;     /* as given, 1 best; equal ranks are ties */
	int64_t *choice_score;     /* NULL when every student has one score for all */
	uint8_t *choice_forbidden; /* NULL when none is */
	uint32_t *fixed;           /* of a student: the choice held from an earlier round, ALLOCATION_NONE; NULL: nobody */
	uint32_t *partner;         /* of a student: who she goes with, ALLOCATION_NONE; NULL: nobody goes with anybody */
	uint32_t max_rank;         /* largest rank listed, 0 without choices */
	bool ties;                 /* some student has equal ranks */

	struct allocation_build *build; /* private, until finished */
};

struct allocation *allocation_new(struct arena *arena);
/* Room for so many choices at once: saves memory, changes nothing else. */
void allocation_reserve_choices(struct allocation *a, size_t n);

/* parent and cap: absent or empty for none; they may be added later than they are named. */
enum err allocation_add_cap(struct allocation *a, struct str id, struct str parent, int64_t capacity,
                            struct allocation_fault *fault) MUST_CHECK;
enum err allocation_add_option(struct allocation *a, struct str id, int64_t capacity, struct str cap,
                               struct allocation_fault *fault) MUST_CHECK;
/* Needed only for students with a group or without choices. group: absent or empty for none. */
enum err allocation_add_student(struct allocation *a, struct str id, struct str group, struct allocation_fault *fault) MUST_CHECK;
/* The option must have been added. rank 1 is best; a larger score goes first. Without scores give 0 everywhere. */
enum err allocation_add_choice(struct allocation *a, struct str student, int64_t rank, struct str option, int64_t score,
                               struct allocation_fault *fault) MUST_CHECK;
/* A soft floor: so many students of the group should be placed at the option, or below the cap. Which mechanisms it bends
 * is said in solve.h. */
enum err allocation_add_floor(struct allocation *a, struct str option_or_cap, struct str group, int64_t floor,
                              struct allocation_fault *fault) MUST_CHECK;
/* Later rounds. Fixed: the student keeps this listed option, whatever else happens, and its seat is taken before
 * anybody chooses: no standing offer is ever worsened. Forbidden: the student will not get this listed option (declined,
 * withdrawn). Fixed placements beyond the seats are a fault: they are never silently dropped. */
enum err allocation_fix(struct allocation *a, struct str student, struct str option, struct allocation_fault *fault) MUST_CHECK;
enum err allocation_forbid(struct allocation *a, struct str student, struct str option, struct allocation_fault *fault) MUST_CHECK;
/* Two students who want to go together, in either order. Under serial they are treated as one (solve.h); the other
 * mechanisms refuse them. The students must be known by the time of allocation_finish. */
enum err allocation_add_pair(struct allocation *a, struct str student, struct str partner, struct allocation_fault *fault) MUST_CHECK;
enum err allocation_finish(struct allocation *a, struct allocation_fault *fault) MUST_CHECK;

/* Of a finished allocation; ALLOCATION_NONE when there is none. */
uint32_t allocation_find_student(const struct allocation *a, struct str id);
uint32_t allocation_find_option(const struct allocation *a, struct str id);
uint32_t allocation_find_choice(const struct allocation *a, uint32_t student, uint32_t option);
static inline int64_t allocation_choice_score(const struct allocation *a, uint32_t student, uint32_t choice)
{
	return a->choice_score ? a->choice_score[choice] : a->score[student];
}
static inline bool allocation_choice_forbidden(const struct allocation *a, uint32_t choice)
{
	return a->choice_forbidden && a->choice_forbidden[choice];
}
static inline uint32_t allocation_fixed(const struct allocation *a, uint32_t student)
{
	return a->fixed ? a->fixed[student] : ALLOCATION_NONE;
}
/* The partner with whom the student chooses together, ALLOCATION_NONE. A placement kept from an earlier round dissolves
 * the pair: the other one chooses alone. */
static inline uint32_t allocation_partner(const struct allocation *a, uint32_t student)
{
	uint32_t p = a->partner ? a->partner[student] : ALLOCATION_NONE;
	if (p == ALLOCATION_NONE || allocation_fixed(a, student) != ALLOCATION_NONE) return ALLOCATION_NONE;
	return allocation_fixed(a, p) == ALLOCATION_NONE ? p : ALLOCATION_NONE;
}
static inline struct str allocation_node_id(const struct allocation *a, uint32_t node)
{
	return node < a->noptions ? a->options[node].id : a->caps[node - a->noptions].id;
}
