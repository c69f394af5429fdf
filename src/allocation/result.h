/* The files of a result: placements.csv, certificate.csv (the same bytes for the same question, whatever the order of
 * rows, threads or machine) and report.json. Written into a builder whose cap the caller chose: check sb_failed. */
#pragma once
#include "allocation/files.h"
#include "allocation/solve.h"
#include "base/sb.h"

void allocation_write_placements(struct sb *out, const struct allocation_result *r);
void allocation_write_certificate(struct sb *out, const struct allocation_result *r);

/* What a run measured; integers, written as decimals. */
struct allocation_measures {
	int64_t read_us, solve_us;
	int64_t peak_bytes;
};
/* The seed must be UTF-8. */
void allocation_write_report(struct sb *out, const struct allocation_result *r, const uint8_t input_sha256[32],
                             const struct allocation_measures *m);

const char *allocation_floor_state_name(enum allocation_floor_state state); /* "priced" */

struct allocation_report {
	enum allocation_mechanism mechanism;
	struct str seed, input_sha256; /* decoded; hexadecimal */
	int64_t students, options, placed, unplaced, rank_sum, group_shortfall, peak_bytes;
	int64_t *profile;
	int64_t floor_limit, floor_solves, floor_at_least; /* allocation_floor_search; 0 where it is not there */
	enum allocation_floor_state floor_state;
	uint32_t nprofile;
};
/* ERR_SYNTAX with REPORT and the field at fault. Times are passed over. */
enum err allocation_report_read(struct arena *arena, const struct allocation_file *file, struct allocation_report *out,
                                struct allocation_fault *fault) MUST_CHECK;

/* The input files in the order of the contract, for the digest of input_sha256 over all their bytes one after the other:
 * seats, choices, caps, students, floors, pairs. Gives how many of them there are. */
#define ALLOCATION_INPUTS 6
size_t allocation_digest_parts(const struct allocation_files *files, struct str parts[ALLOCATION_INPUTS]);

/* A JSON string with its quotes. */
void allocation_json_text(struct sb *out, struct str s);
