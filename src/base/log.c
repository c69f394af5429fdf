/* One write(2) per line, so that lines of several threads never mix. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"

static enum log_level least = LOG_INFO;

void log_set_level(enum log_level level) { least = level; }

/* Where the line ends after snprintf said `n`: what did not fit is lost. */
static size_t advance(size_t len, int n, size_t room)
{
	if (n < 0) return len;
	return len + (size_t)n < room ? len + (size_t)n : room - 1;
}

void log_line(enum log_level level, const char *place, const char *fmt, ...)
{
	static const char *const names[] = {"DEBUG", "INFO", "WARN", "ERROR"};
	if (level < least) return;
	int kept_errno = errno;
	char line[2048];
	size_t room = sizeof(line) - 1;
	while (strncmp(place, "../", 3) == 0)
		place += 3; /* the build folder's way to the sources */
	struct civil t = instant_civil(clock_now_ms());
	size_t len = advance(0,
	                     snprintf(line, room, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ %s %s ", t.year, t.month, t.day, t.hour, t.minute,
	                              t.second, t.ms, names[level], place),
	                     room);
	va_list ap;
	va_start(ap, fmt);
	len = advance(len, vsnprintf(line + len, room - len, fmt, ap), room);
	va_end(ap);
	for (size_t i = 0; i < len; i++) /* a value must not be able to forge a line */
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f) line[i] = ' ';
	line[len++] = '\n';
	for (size_t at = 0; at < len;) {
		ssize_t n = write(STDERR_FILENO, line + at, len - at);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) break; /* nobody left to tell */
		at += (size_t)n;
	}
	errno = kept_errno;
}

void bug_at(const char *place, const char *what)
{
	log_line(LOG_ERROR, place, "bug: %s", what);
	abort();
}
