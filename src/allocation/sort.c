/* A stable merge sort on 64-bit keys: its worst case is its usual case, and it needs no allocation of its own. */
#include "allocation/build.h"

static bool item_before(const struct sort_item *b, const struct sort_item *a, int (*cmp)(const void *arg, uint32_t a, uint32_t b),
                        const void *arg)
{
	if (b->key != a->key) return b->key < a->key;
	return cmp && cmp(arg, b->index, a->index) < 0;
}

bool sort_items(struct sort_item *items, struct sort_item *tmp, size_t n, int (*cmp)(const void *arg, uint32_t a, uint32_t b),
                const void *arg)
{
	size_t in_order = 1;
	while (in_order < n && !item_before(&items[in_order], &items[in_order - 1], cmp, arg))
		in_order++;
	if (in_order >= n) return false;

	enum { RUN = 16 };
	for (size_t from = 0; from < n; from += RUN) {
		size_t to = from + RUN < n ? from + RUN : n;
		for (size_t i = from + 1; i < to; i++) {
			struct sort_item item = items[i];
			size_t j = i;
			for (; j > from && item_before(&item, &items[j - 1], cmp, arg); j--)
				items[j] = items[j - 1];
			items[j] = item;
		}
	}
	struct sort_item *src = items, *dst = tmp;
	for (size_t width = RUN; width < n; width *= 2) {
		for (size_t from = 0; from < n; from += 2 * width) {
			size_t mid = from + width < n ? from + width : n;
			size_t to = from + 2 * width < n ? from + 2 * width : n;
			size_t i = from, j = mid, k = from;
			while (i < mid && j < to)
				dst[k++] = item_before(&src[j], &src[i], cmp, arg) ? src[j++] : src[i++];
			while (i < mid)
				dst[k++] = src[i++];
			while (j < to)
				dst[k++] = src[j++];
		}
		struct sort_item *swap = src;
		src = dst;
		dst = swap;
	}
	if (src != items) memcpy(items, src, n * sizeof(*items));
	return true;
}

uint64_t sort_prefix(struct str s)
{
	uint8_t bytes[8] = {0};
	if (s.len) memcpy(bytes, s.ptr, s.len < 8 ? s.len : 8);
	uint64_t key;
	memcpy(&key, bytes, 8);
	return __builtin_bswap64(key);
}
