/* argon2id through libargon2's context interface: its plain functions allocate with malloc, which keeps 19 MiB blocks in
 * the heap once its threshold has adapted; mmap gives them back after every call. */
#include "platform/crypto/password.h"
#include "base/base64.h"
#include "base/log.h"
#include "base/rand.h"
#include "platform/crypto/hash.h"
#include <argon2.h>
#include <sys/mman.h>

enum { SALT_LEN = 16, HASH_LEN = 32, MEMORY_MAX_KIB = 1024 * 1024, PASSES_MAX = 64, LANES_MAX = 16 };

struct parsed {
	struct password_cost cost;
	struct str salt, hash; /* bytes */
};

static int take_pages(uint8_t **memory, size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*memory = p == MAP_FAILED ? NULL : p;
	return *memory ? 0 : ARGON2_MEMORY_ALLOCATION_ERROR;
}

static void give_pages(uint8_t *memory, size_t bytes)
{
	secret_wipe(memory, bytes);
	munmap(memory, bytes);
}

static bool derive(struct str password, struct str salt, struct password_cost cost, uint8_t *out, size_t out_len)
{
	argon2_context context = {
	    .out = out,
	    .outlen = (uint32_t)out_len,
	    .pwd = (uint8_t *)(uintptr_t)(password.ptr ? password.ptr : ""),
	    .pwdlen = (uint32_t)password.len,
	    .salt = (uint8_t *)(uintptr_t)salt.ptr,
	    .saltlen = (uint32_t)salt.len,
	    .t_cost = cost.passes,
	    .m_cost = cost.memory_kib,
	    .lanes = cost.lanes,
	    .threads = 1,
	    .version = ARGON2_VERSION_13,
	    .allocate_cbk = take_pages,
	    .free_cbk = give_pages,
	    .flags = ARGON2_DEFAULT_FLAGS,
	};
	int rc = password.len > ARGON2_MAX_PWD_LENGTH ? ARGON2_PWD_TOO_LONG : argon2id_ctx(&context);
	if (rc != ARGON2_OK) log_warn("argon2: %s", argon2_error_message(rc));
	return rc == ARGON2_OK;
}

static struct str without_padding(struct str base64)
{
	while (base64.len && base64.ptr[base64.len - 1] == '=')
		base64.len--;
	return base64;
}

struct str password_hash(struct arena *a, struct str password, struct password_cost cost)
{
	uint8_t salt[SALT_LEN], hash[HASH_LEN];
	rand_bytes(salt, sizeof(salt));
	BUG_IF(!derive(password, (struct str){(const char *)salt, sizeof(salt)}, cost, hash, sizeof(hash)));
	struct str salt_text = without_padding(base64_encode(a, (struct str){(const char *)salt, sizeof(salt)}));
	struct str hash_text = without_padding(base64_encode(a, (struct str){(const char *)hash, sizeof(hash)}));
	return str_fmt(a, "$argon2id$v=19$m=%u,t=%u,p=%u$%.*s$%.*s", cost.memory_kib, cost.passes, cost.lanes, STR_ARG(salt_text),
	               STR_ARG(hash_text));
}

/* Reads `x=123` with the given letter, between 1 and max. */
static bool read_number(struct str *rest, char end, const char *name, uint32_t max, uint32_t *out)
{
	struct str part;
	int64_t n;
	if (!str_split(rest, end, &part) || !str_starts(part, str_of(name))) return false;
	if (!str_to_i64(str_sub(part, 2, part.len), &n) || n < 1 || n > max) return false;
	*out = (uint32_t)n;
	return true;
}

/* The limits keep a damaged row from asking for all memory. */
static bool parse(struct arena *a, struct str encoded, struct parsed *out)
{
	struct str prefix = STR("$argon2id$v=19$"), rest, salt, hash;
	if (!str_starts(encoded, prefix)) return false;
	rest = str_sub(encoded, prefix.len, encoded.len);
	if (!read_number(&rest, ',', "m=", MEMORY_MAX_KIB, &out->cost.memory_kib) ||
	    !read_number(&rest, ',', "t=", PASSES_MAX, &out->cost.passes) || !read_number(&rest, '$', "p=", LANES_MAX, &out->cost.lanes))
		return false;
	if (!str_split(&rest, '$', &salt) || !str_split(&rest, '$', &hash)) return false;
	return base64_decode(a, salt, &out->salt) && base64_decode(a, hash, &out->hash) && out->salt.len >= 8 && out->salt.len <= 64 &&
	       out->hash.len >= 16 && out->hash.len <= 64 && out->cost.memory_kib >= 8 * out->cost.lanes;
}

bool password_verify(struct str password, struct str encoded, struct password_cost cost)
{
	struct arena *a = arena_new();
	struct parsed p;
	bool known = parse(a, encoded, &p);
	if (!known) p = (struct parsed){cost, STR("nobody's salt..."), {.ptr = NULL, .len = HASH_LEN}};
	uint8_t hash[64];
	bool done = derive(password, p.salt, p.cost, hash, p.hash.len);
	bool same = done && known && const_time_eq(hash, p.hash.ptr, p.hash.len);
	secret_wipe(hash, sizeof(hash));
	arena_free(a);
	return same;
}

bool password_outdated(struct str encoded, struct password_cost cost)
{
	struct arena *a = arena_new();
	struct parsed p;
	bool current =
	    parse(a, encoded, &p) && p.cost.memory_kib == cost.memory_kib && p.cost.passes == cost.passes && p.cost.lanes == cost.lanes;
	arena_free(a);
	return !current;
}
