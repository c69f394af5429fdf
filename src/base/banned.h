/* Included before every source file: functions that do not compile here, and why.
 * The system headers that declare them come first, so that their prototypes stay intact. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define BANNED(fn) sorry_##fn##_is_banned_here
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef gets
#undef strtok
#undef atoi
#undef atol
#define strcpy(...) BANNED(strcpy) /* no bound */
#define strcat(...) BANNED(strcat)
#define strncpy(...) BANNED(strncpy) /* may leave no terminator */
#define strncat(...) BANNED(strncat)
#define sprintf(...) BANNED(sprintf)
#define vsprintf(...) BANNED(vsprintf)
#define gets(...) BANNED(gets)
#define strtok(...) BANNED(strtok) /* hidden state */
#define atoi(...) BANNED(atoi)     /* no error */
#define atol(...) BANNED(atol)
#define gmtime(...) BANNED(gmtime) /* shared buffer: use base/date.h */
#define localtime(...) BANNED(localtime)
#define ctime(...) BANNED(ctime)
#define asctime(...) BANNED(asctime)
#define setlocale(...) BANNED(setlocale) /* process-wide: use platform/i18n */
#define system(...) BANNED(system)
#define popen(...) BANNED(popen)
