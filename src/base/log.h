/* Log lines to standard error: time, level, place, message. Never passwords, tokens, or personal data. */
#pragma once
#include "base/attr.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level level); /* at start, before threads */
void log_line(enum log_level level, const char *place, const char *fmt, ...) PRINTF_LIKE(3, 4);
#define LOG_STRINGIFY_(x) #x
#define LOG_STRINGIFY(x) LOG_STRINGIFY_(x)
#define LOG_HERE __FILE__ ":" LOG_STRINGIFY(__LINE__)
#define log_debug(...) log_line(LOG_DEBUG, LOG_HERE, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, LOG_HERE, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, LOG_HERE, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, LOG_HERE, __VA_ARGS__)

/* A condition that only a mistake of ours can break: logs the place and aborts. */
#define BUG_IF(cond)                                                        \
	do {                                                                \
		if (__builtin_expect(!!(cond), 0)) bug_at(LOG_HERE, #cond); \
	} while (0)
__attribute__((noreturn)) void bug_at(const char *place, const char *what);
