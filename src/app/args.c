/* The command line, word by word. */
#include "app/app.h"

static void drop(struct args *a, int at, int n)
{
	for (int i = at; i + n < a->len; i++)
		a->word[i] = a->word[i + n];
	a->len -= n;
}

bool args_flag(struct args *a, const char *name)
{
	for (int i = 0; i < a->len; i++)
		if (!strcmp(a->word[i], name)) return drop(a, i, 1), true;
	return false;
}

const char *args_value(struct args *a, const char *name, bool *missing)
{
	size_t n = strlen(name);
	for (int i = 0; i < a->len; i++) {
		const char *w = a->word[i];
		if (!strncmp(w, name, n) && w[n] == '=') return drop(a, i, 1), w + n + 1;
		if (strcmp(w, name) != 0) continue;
		const char *value = i + 1 < a->len ? a->word[i + 1] : NULL;
		if (!value) *missing = true;
		drop(a, i, value ? 2 : 1);
		return value;
	}
	return NULL;
}

const char *args_next(struct args *a)
{
	for (int i = 0; i < a->len; i++) {
		const char *w = a->word[i];
		if (w[0] == '-' && w[1]) continue;
		drop(a, i, 1);
		return w;
	}
	return NULL;
}
