/* The configuration: a file, then the environment, then the command line. */
#include "app/app.h"
#include "platform/i18n/i18n.h"

static const struct setting {
	const char *name;
	size_t offset;
} settings[] = {
#define SETTING(n)                             \
	{                                      \
#n, offsetof(struct config, n) \
	}
    SETTING(data),      SETTING(database), SETTING(listen),    SETTING(base_url),  SETTING(trusted_proxy),
    SETTING(mail_from), SETTING(smtp_url), SETTING(smtp_user), SETTING(log_level), SETTING(smtp_password),
#undef SETTING
};

static struct str *place(struct config *c, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (str_is(name, settings[i].name)) return (struct str *)((char *)c + settings[i].offset);
	return NULL;
}

static enum err read_line(struct cx *cx, struct config *c, const char *file, int64_t n, struct str line)
{
	struct str name;
	line = str_trim(line);
	if (str_blank(line) || str_starts(line, STR("#"))) return OK;
	struct str rest = line;
	if (str_find_char(line, '=') == STR_NPOS || !str_split(&rest, '=', &name))
		return fail(cx, ERR_CONFIG, "config", M_config_line, ARG_Z("file", file), ARG_N("line", n));
	name = str_trim(name);
	if (str_is(name, "workers"))
		return str_to_i64(str_trim(rest), &c->workers) && c->workers > 0 && c->workers <= 64
		           ? OK
		           : fail(cx, ERR_CONFIG, "workers", M_config_workers, ARG_Z("file", file), ARG_N("line", n),
		                  ARG_S("value", str_trim(rest)));
	struct str *to = place(c, name);
	if (!to) return fail(cx, ERR_CONFIG, "config", M_config_name, ARG_Z("file", file), ARG_N("line", n), ARG_S("value", name));
	*to = str_copy(cx->arena, str_trim(rest));
	return OK;
}

static enum err read_file(struct cx *cx, const char *file, struct config *out)
{
	char line[4096];
	FILE *f = fopen(file, "re");
	if (!f) return fail(cx, ERR_CONFIG, "config", M_config_open, ARG_Z("file", file));
	enum err err = OK;
	for (int64_t n = 1; err == OK && fgets(line, sizeof(line), f); n++)
		err = read_line(cx, out, file, n, str_of(line));
	fclose(f);
	return err;
}

enum err config_read(struct cx *cx, const char *file, struct config *out)
{
	if (file) TRY(read_file(cx, file, out));
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		struct str name = str_fmt(cx->arena, "PASSERELLE_%s", settings[i].name);
		char *upper = arena_copy(cx->arena, name.ptr, name.len + 1);
		for (size_t k = 0; k < name.len; k++)
			if (upper[k] >= 'a' && upper[k] <= 'z') upper[k] = (char)(upper[k] - 32);
		upper[name.len] = '\0';
		const char *value = getenv(upper);
		if (value && *value) *place(out, str_of(settings[i].name)) = str_of(value);
	}
	return OK;
}
