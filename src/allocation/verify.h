/* Is a result what its mechanism claims? One pass over the placements, with the first thing that is wrong.
 *
 * A placement with its cut-offs is right when: every student holds an option of the own list or none; no option and no
 * cap holds more than its seats; each cut-off is the last one admitted where seats are full; and each student holds the
 * first option of the own list whose cut-off she passes. Under serial no other placement can meet this. A pair is not
 * decided by cut-offs: it is shown by solving. Under deferred
 * it says that nobody has justified envy; that it is the best such placement for the students is then shown by solving.
 * Under an optimising mechanism prices show that no placement costs less (cost.h), and the lottery digit that no other
 * costs as little: two different placements have the same cost only if the draw gives two equal sums of 44-bit numbers.
 * Other prices may prove the same; a result has the largest, and any other is refused: where the draw enters any price,
 * prices show the seed too. Where floors at caps count, it is solved again and compared. */
#pragma once
#include "allocation/files.h"
#include "allocation/solve.h"

#define ALLOCATION_WRONGS(X)                                                                                                     \
	X(NONE, "none")                                                                                                          \
	X(FILE, "file")           /* fault says which file cannot be read */                                                     \
	X(ROW_ORDER, "row_order") /* student: not the next in byte order of id */                                                \
	X(STUDENT_UNKNOWN, "student_unknown")                                                                                    \
	X(STUDENT_TWICE, "student_twice")                                                                                        \
	X(STUDENT_MISSING, "student_missing")                                                                                    \
	X(OPTION_UNKNOWN, "option_unknown")                                                                                      \
	X(NOT_LISTED, "not_listed")         /* student holds an option not in the own list */                                    \
	X(RANK, "rank")                     /* found, expected */                                                                \
	X(FORBIDDEN, "forbidden")           /* an option the student declined */                                                 \
	X(FIXED_MOVED, "fixed_moved")       /* student does not hold the fixed option */                                         \
	X(CAPACITY, "capacity")             /* option: found students, expected seats at most */                                 \
	X(CAP, "cap")                       /* option (the cap): found students, expected seats at most */                       \
	X(CUTOFF_MISSING, "cutoff_missing") /* option is full and has no cut-off; text_expected */                               \
	X(CUTOFF_EXTRA, "cutoff_extra")     /* option has a seat left or had none, yet a cut-off */                              \
	X(CUTOFF_WRONG, "cutoff_wrong")     /* text_found, text_expected */                                                      \
	X(CUTOFF_TWICE, "cutoff_twice")                                                                                          \
	X(CERTIFICATE_KIND, "certificate_kind") /* text_found: a kind the mechanism does not give */                             \
	X(BETTER_OPEN, "better_open")           /* student passes the cut-off of option and holds other or nothing */            \
	X(BELOW_CUTOFF, "below_cutoff")         /* student holds option below its cut-off */                                     \
	X(NOT_BEST, "not_best")                 /* deferred: student holds less than the mechanism gives (other, option) */      \
	X(PRICE_DIGITS, "price_digits")         /* text_found: not expected digits, or all zero */                               \
	X(PRICE_TWICE, "price_twice")                                                                                            \
	X(PRICE_NEGATIVE, "price_negative")   /* option (or cap): text_found is below zero */                                    \
	X(PRICE_FREE, "price_free")           /* option (or cap): has a free seat, yet the price text_found */                   \
	X(PRICE_OTHER, "price_other")         /* option (or cap, floor): text_found proves the same, but is not text_expected */ \
	X(FLOOR_UNKNOWN, "floor_unknown")     /* option: the floor as named, or named twice or out of order */                   \
	X(FLOOR_PRICE, "floor_price")         /* option (or cap): text_found is not what its floor may be worth */               \
	X(CHEAPER, "cheaper")                 /* student: option would cost text_expected, not text_found */                     \
	X(NOTHING_CHEAPER, "nothing_cheaper") /* student: the same of holding nothing */                                         \
	X(REPORT_FIELD, "report_field")       /* field of report.json: text_found, text_expected */                              \
	X(INPUT_CHANGED, "input_changed")     /* SHA-256 of the input is not that of the report */

enum allocation_wrong_code {
#define X(code, name) ALLOCATION_WRONG_##code,
	ALLOCATION_WRONGS(X)
#undef X
	    ALLOCATION_WRONG_COUNT
};
const char *allocation_wrong_name(enum allocation_wrong_code code);

struct allocation_wrong {
	enum allocation_wrong_code code;
	struct str student, option, other; /* ids; absent where they say nothing */
	struct str field, text_found, text_expected;
	int64_t found, expected;
	struct str file; /* of the result, whose row is wrong; absent where it is no single row */
	int64_t line;    /* of that file, 0 when not known */
	struct allocation_fault fault;
};

/* A placement from anywhere. A cut-off claimed as text ("8450:9f..", 64 hexadecimal digits), absent for none. */
struct allocation_claim {
	const struct allocation *allocation;
	struct allocation_options options;
	const uint32_t *held;      /* of every student */
	const struct str *cutoffs; /* of every option; NULL: not checked */
	/* Of an optimising mechanism, as in allocation_result; price NULL: the placement is compared with solving again. */
	const int64_t *price, *floor_price;
};
/* ERR_REFUSED with *wrong filled. On success *out (may be NULL) is the result as if solved. */
enum err allocation_verify(struct arena *arena, const struct allocation_claim *claim, struct allocation_result *out,
                           struct allocation_wrong *wrong) MUST_CHECK;

/* The three files of a result. input_sha256: of the input files as given now. */
struct allocation_result_files {
	struct allocation_file placements, certificate, report;
};
enum err allocation_verify_files(struct arena *arena, const struct allocation *a, allocation_hmac_fn *hmac, const uint8_t input_sha256[32],
                                 const struct allocation_result_files *files, struct allocation_result *out,
                                 struct allocation_wrong *wrong) MUST_CHECK;

/* "8450:9f.." of an option, absent when it has none. */
struct str allocation_cutoff_text(struct arena *arena, const struct allocation_result *r, uint32_t option);
