/* passerelle allocation run|verify|why: seats to students from files, without a database.
 * argv[0] is the word after "allocation". Results go to standard output or into the folder named; what is wrong is
 * recorded in cx with its sentence, for the caller to print to standard error and to turn into the exit code
 * (err_exit): 1 refused, 2 usage, 3 a file cannot be read or written. */
#pragma once
#include "base/cx.h"

enum err command_allocation(struct cx *cx, int argc, char **argv) MUST_CHECK;
