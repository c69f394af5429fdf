/* VEC(T): a growing array in an arena. Pointers into it are valid until the next push. */
#pragma once
#include "base/arena.h"

#define VEC(T)              \
	struct {            \
		T *ptr;     \
		size_t len; \
		size_t cap; \
	}

/* Adds a zeroed element and gives its address. */
#define VEC_PUSH(a, v)                                                                                                                 \
	((v)->len == (v)->cap                                                                                                          \
	     ? ((v)->ptr = arena_grow((a), (v)->ptr, (v)->cap * sizeof(*(v)->ptr), ((v)->cap ? (v)->cap * 2 : 8) * sizeof(*(v)->ptr)), \
	        (v)->cap = (v)->cap ? (v)->cap * 2 : 8, &(v)->ptr[(v)->len++])                                                         \
	     : &(v)->ptr[(v)->len++])

#define VEC_EACH(item, v) for (__typeof__(*(v)->ptr) *item = (v)->ptr; item && item < (v)->ptr + (v)->len; item++)
