/* describe: what this program is made of, for tests and tools: entities with their fields and rights, routes, roles.
 * docs/contracts/describe.md says what each member means. */
#include "app/app.h"
#include "app/capability.h"
#include "office/people/accounts.h"
#include "platform/format/json.h"
#include "platform/i18n/i18n.h"
#include "platform/web/router.h"

static const char *const types[] = {
    [FT_TEXT] = "text", [FT_INT] = "int", [FT_BOOL] = "bool",   [FT_DATE] = "date",   [FT_INSTANT] = "instant", [FT_ENUM] = "enum",
    [FT_CODE] = "code", [FT_REF] = "ref", [FT_MONEY] = "money", [FT_COORD] = "coord", [FT_ECTS] = "ects",       [FT_SCORE] = "score"};

struct flag_name {
	unsigned flag;
	const char *name;
};
static const struct flag_name field_flags[] = {{FF_REQUIRED, "required"}, {FF_UNIQUE, "unique"},       {FF_FORM, "form"},
                                               {FF_LIST, "list"},         {FF_FILTER, "filter"},       {FF_SORT, "sort"},
                                               {FF_SEARCH, "search"},     {FF_FOLD, "fold"},           {FF_TITLE, "title"},
                                               {FF_PERSONAL, "personal"}, {FF_SENSITIVE, "sensitive"}, {FF_DERIVED, "derived"},
                                               {FF_EWP, "ewp"},           {FF_LONG, "long"},           {FF_MONO, "mono"},
                                               {FF_UNIT, "unit"},         {FF_HIDDEN, "hidden"},       {0}};
static const struct flag_name route_flags[] = {{ROUTE_PUBLIC, "public"},
                                               {ROUTE_NO_CSRF, "no_csrf"},
                                               {ROUTE_UPLOAD, "upload"},
                                               {ROUTE_LOOPBACK, "loopback"},
                                               {ROUTE_SLOW, "slow"},
                                               {ROUTE_NO_SESSION, "no_session"},
                                               {0}};

static void member_z(struct json_writer *w, const char *name, const char *z) { json_member_str(w, name, z ? str_of(z) : STR_NONE); }

static void member_flags(struct json_writer *w, unsigned flags, const struct flag_name *names)
{
	json_key(w, "flags");
	json_array_begin(w);
	for (; names->flag; names++)
		if (flags & names->flag) json_write_z(w, names->name);
	json_array_end(w);
}

static void member_roles(struct json_writer *w, const char *name, uint64_t roles)
{
	json_key(w, name);
	json_array_begin(w);
	for (size_t i = 0; all_roles[i]; i++)
		if (roles & all_roles[i]) json_write_z(w, role_code(all_roles[i]));
	json_array_end(w);
}

static void write_field(struct json_writer *w, const struct field *f)
{
	json_object_begin(w);
	member_z(w, "name", f->name);
	member_z(w, "type", types[f->type]);
	member_flags(w, f->flags, field_flags);
	if (f->refers) member_z(w, "refers", f->refers->kind);
	if (f->list) member_z(w, "codes", f->list);
	if (f->options) {
		json_key(w, "options");
		json_array_begin(w);
		for (const struct option *o = f->options; o->code; o++)
			json_write_z(w, o->code);
		json_array_end(w);
	}
	json_object_end(w);
}

static void write_entity(struct json_writer *w, const struct entity *e)
{
	const struct entity_pages *pages = entity_pages_of(e);
	json_object_begin(w);
	json_member_int(w, "code", e->code);
	member_z(w, "name", e->name);
	member_z(w, "kind", e->kind);
	member_z(w, "table", e->table);
	json_member_bool(w, "shared", e->flags & E_SHARED);
	json_member_bool(w, "pages", pages != NULL);
	json_member_bool(w, "map", pages && pages->lat);
	json_member_bool(w, "creates", e->ops && e->ops->create);
	json_member_bool(w, "changes", e->ops && e->ops->change);
	json_member_bool(w, "archives", e->ops && e->ops->archive);
	json_key(w, "rights");
	json_object_begin(w);
	member_roles(w, "read", e->rights.read);
	member_roles(w, "write", e->rights.write);
	member_roles(w, "import", e->rights.import);
	member_roles(w, "export", e->rights.export);
	member_roles(w, "sensitive", e->rights.sensitive);
	json_object_end(w);
	json_key(w, "keys");
	json_array_begin(w);
	for (size_t i = 0; e->keys && e->keys[i]; i++)
		json_write_z(w, e->keys[i]);
	json_array_end(w);
	json_key(w, "fields");
	json_array_begin(w);
	for (size_t i = 0; i < e->fields_len; i++)
		write_field(w, &e->fields[i]);
	json_array_end(w);
	json_object_end(w);
}

/* The entity whose generic page a route is; NULL for what a folder wrote itself, also in its place. */
static const char *generic_of(const struct route *r)
{
	for (const struct entity_pages *const *p = capabilities_joined()->pages; *p; p++)
		if (r->arg == *p && (!(*p)->list || r->handle != (*p)->list) && (!(*p)->record || r->handle != (*p)->record))
			return (*p)->entity->kind;
	return NULL;
}

static void write_routes(struct json_writer *w)
{
	json_key(w, "routes");
	json_array_begin(w);
	for (const struct route *const *table = capabilities_joined()->routes; *table; table++)
		for (const struct route *r = *table; r->pattern; r++) {
			json_object_begin(w);
			member_z(w, "method", http_method_name(r->method));
			member_z(w, "pattern", r->pattern);
			member_flags(w, r->flags, route_flags);
			if (generic_of(r)) member_z(w, "entity", generic_of(r));
			json_object_end(w);
		}
	json_array_end(w);
}

static enum err run(struct app *app)
{
	struct pages_config pages = {capabilities_joined()->pages, capabilities_joined()->panels, NULL};
	TRY(app_no_more_words(app));
	pages_configure(&pages);
	struct json_writer *w = json_result(app);
	json_object_begin(w);
	member_roles(w, "roles", ~UINT64_C(0));
	json_key(w, "commands");
	json_array_begin(w);
	for (size_t i = 0; commands[i]; i++)
		json_write_z(w, commands[i]->name);
	json_array_end(w);
	json_key(w, "entities");
	json_array_begin(w);
	for (const struct entity *const *e = entity_all(); *e; e++)
		write_entity(w, *e);
	json_array_end(w);
	write_routes(w);
	json_object_end(w);
	print_json(w);
	return OK;
}

const struct command command_describe = {
    .name = "describe", .usage = "[--json]", .summary = M_command_describe, .needs = NEEDS_NOTHING, .pure = true, .run = run};
