/* Configuration with its defaults, and the base address cut into what Host and Origin are compared with. */
#include "platform/i18n/i18n.h"
#include "platform/web/job.h"

static int or_default(int value, int otherwise) { return value ? value : otherwise; }

static void set_limits(struct web_config *c)
{
	struct web_limits *l = &c->limits;
	c->workers = or_default(c->workers, 4);
	if (!c->upload_cap) c->upload_cap = 64 * 1024 * 1024;
	l->connections = or_default(l->connections, 1000);
	l->connections_per_address = or_default(l->connections_per_address, 250);
	l->queue = or_default(l->queue, 256);
	l->header_ms = or_default(l->header_ms, 20000);
	l->body_ms = or_default(l->body_ms, 30000);
	if (!l->bodies_bytes) l->bodies_bytes = 4 * c->upload_cap;
}

static struct str strip_port(struct str authority, struct str port)
{
	return str_ends(authority, port) ? str_sub(authority, 0, authority.len - port.len) : authority;
}

static bool authority_ok(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.ptr[i] || !strchr("abcdefghijklmnopqrstuvwxyz0123456789-.:[]", s.ptr[i])) return false;
	return s.len > 0 && s.len <= 255;
}

/* Browsers leave the scheme's own port out. */
static enum err read_base_url(struct cx *cx, struct site *s)
{
	struct str url = s->config.base_url;
	s->https = str_starts(url, STR("https://"));
	if (!s->https && !str_starts(url, STR("http://"))) return fail(cx, ERR_CONFIG, "base_url", M_web_base_url, ARG_S("value", url));
	s->authority = str_lower(s->arena, str_sub(url, s->https ? 8 : 7, url.len));
	s->authority = strip_port(s->authority, s->https ? STR(":443") : STR(":80"));
	return authority_ok(s->authority) ? OK : fail(cx, ERR_CONFIG, "base_url", M_web_base_url, ARG_S("value", url));
}

static struct str address_url(struct arena *a, struct str listen_on, int port)
{
	size_t colon = STR_NPOS;
	for (size_t i = 0; i < listen_on.len; i++)
		if (listen_on.ptr[i] == ':') colon = i;
	return str_fmt(a, "http://%.*s:%d", (int)(colon == STR_NPOS ? 0 : colon), listen_on.ptr, port);
}

static const struct route *const *join_tables(struct arena *a, const struct route *const *tables)
{
	size_t n = 0;
	while (tables && tables[n])
		n++;
	const struct route **all = ARENA_ARRAY(a, const struct route *, n + 3);
	for (size_t i = 0; i < n; i++)
		all[i] = tables[i];
	all[n] = health_routes;
	all[n + 1] = static_routes;
	return all;
}

enum err site_init(struct cx *cx, struct site *s, struct db *db, const struct web_config *config, int port)
{
	s->db = db;
	s->config = *config;
	set_limits(&s->config);
	s->config.listen = str_copy(s->arena, config->listen);
	s->config.trusted_proxy = str_copy(s->arena, config->trusted_proxy);
	s->config.base_url = str_copy(s->arena, config->base_url);
	if (str_blank(config->base_url)) s->config.base_url = address_url(s->arena, s->config.listen, port);
	if (str_ends(s->config.base_url, STR("/"))) s->config.base_url.len--;
	TRY(read_base_url(cx, s));
	s->router = router_new(s->arena, join_tables(s->arena, config->routes));
	return OK;
}
