/* Reading the CSV files of an allocation: UTF-8, LF or CRLF, header first, RFC 4180 quoting, columns in any order,
 * unknown columns refused, blank lines passed over. Bytes in, an allocation out: nothing here opens a file. */
#pragma once
#include "allocation/problem.h"

#define ALLOCATION_SEATS_COLUMNS "option,capacity[,cap]"
#define ALLOCATION_CHOICES_COLUMNS "student,rank,option[,score]"
#define ALLOCATION_CAPS_COLUMNS "cap,parent,capacity"
#define ALLOCATION_STUDENTS_COLUMNS "student,group"
#define ALLOCATION_PAIRS_COLUMNS "student,partner"
#define ALLOCATION_FLOORS_COLUMNS "option_or_cap,group,floor"

struct allocation_file {
	struct str name;  /* said in faults */
	struct str bytes; /* absent: the file is not given */
	/* May be NULL. Called now and then with bytes that were read and will be looked at again only to explain a fault: a
	 * large file that is mapped need not stay in memory. */
	void (*passed)(struct str bytes);
};
struct allocation_files {
	struct allocation_file seats, choices, caps, students, floors, pairs;
};

/* A finished allocation in `arena`; the bytes are not needed afterwards. A fault names file, line, column and value;
 * file and value then point into the caller's names and bytes, or into the arena. */
enum err allocation_read(struct arena *arena, const struct allocation_files *files, struct allocation **out,
                         struct allocation_fault *fault) MUST_CHECK;
