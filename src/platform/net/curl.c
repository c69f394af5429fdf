/* libcurl is set up once; its handles are made for each transfer, since transfers are rare. */
#include "platform/net/curl.h"
#include "base/log.h"
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init(void) { BUG_IF(curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK); }

CURL *curl_new(struct cx *cx, struct str ca_file, char error[CURL_ERROR_SIZE])
{
	pthread_once(&once, init);
	CURL *c = curl_easy_init();
	BUG_IF(!c);
	error[0] = 0;
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, 15000L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	if (str_present(ca_file)) curl_easy_setopt(c, CURLOPT_CAINFO, str_z(cx->arena, ca_file));
	return c;
}

struct str curl_host(struct cx *cx, struct str url)
{
	size_t scheme = str_find(url, STR("://"));
	struct str rest = scheme == STR_NPOS ? url : str_sub(url, scheme + 3, url.len), host = STR("");
	str_split(&rest, '/', &host);
	return str_copy(cx->arena, host);
}

bool curl_loopback(struct str url)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	size_t scheme = str_find(url, STR("://"));
	if (scheme == STR_NPOS) return false;
	struct str rest = str_sub(url, scheme + 3, url.len);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str name = str_of(names[i]);
		if (!str_starts(rest, name)) continue;
		struct str after = str_sub(rest, name.len, rest.len);
		if (after.len == 0 || after.ptr[0] == '/') return true;
		/* A port, and not the beginning of "127.0.0.1:x@elsewhere". */
		size_t n = 1;
		while (n < after.len && after.ptr[n] >= '0' && after.ptr[n] <= '9')
			n++;
		if (after.ptr[0] == ':' && (n == after.len || after.ptr[n] == '/')) return true;
	}
	return false;
}
