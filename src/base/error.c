/* The answers of the table of codes. */
#include "base/error.h"

#include "base/log.h"

static const struct {
	const char *name;
	int http, exit;
	enum blame blame;
	enum log_level level;
} codes[ERR_COUNT] = {
#define X(code, name_, http_, exit_, blame_, level_) [code] = {name_, http_, exit_, BLAME_##blame_, LOG_##level_},
    ERROR_CODES(X)
#undef X
};

static int known(enum err e) { return (unsigned)e < ERR_COUNT ? (int)e : ERR_BUG; }

const char *err_name(enum err e) { return codes[known(e)].name; }

int err_http(enum err e) { return codes[known(e)].http; }

int err_exit(enum err e) { return codes[known(e)].exit; }

enum blame err_blame(enum err e) { return codes[known(e)].blame; }

enum log_level err_level(enum err e) { return codes[known(e)].level; }
