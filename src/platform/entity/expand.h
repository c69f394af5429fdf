/* The five expansions of an entity's X-list, and no other macros over it.
 *
 *   #define UNIT_FIELDS(X) \
 *           X(unit, name, TEXT, FF_REQUIRED | FF_FORM | FF_LIST | FF_TITLE, 200) \
 *           X(unit, parent, REF, FF_FORM, 0, .refers = &unit_entity)
 *
 * X(entity, name, type, flags, limit, more...): `more` are designated initialisers of struct field. */
#pragma once
#include "platform/entity/entity.h"
#include "platform/i18n/i18n.h"

#define FIELD_CTYPE_TEXT struct str
#define FIELD_CTYPE_CODE struct str
#define FIELD_CTYPE_REF struct uuid
#define FIELD_CTYPE_INT int64_t
#define FIELD_CTYPE_BOOL int64_t
#define FIELD_CTYPE_DATE int64_t
#define FIELD_CTYPE_INSTANT int64_t
#define FIELD_CTYPE_ENUM int64_t
#define FIELD_CTYPE_MONEY int64_t
#define FIELD_CTYPE_COORD int64_t
#define FIELD_CTYPE_ECTS int64_t
#define FIELD_CTYPE_SCORE int64_t

/* 1 struct members */
#define FIELD_MEMBER(e, n, t, fl, lim, ...) FIELD_CTYPE_##t n;
/* 2 the table */
#define FIELD_ROW(e, n, t, fl, lim, ...)  \
	{.name = #n,                      \
	 .label = M_##e##_##n,            \
	 .type = FT_##t,                  \
	 .flags = (fl),                   \
	 .offset = offsetof(struct e, n), \
	 .limit = (lim)__VA_OPT__(, ) __VA_ARGS__},
/* 3 column numbers */
#define FIELD_NUMBER(e, n, t, fl, lim, ...) e##_f_##n,
/* 4 assertions */
#define FIELD_ASSERT(e, n, t, fl, lim, ...)                                                          \
	STATIC_ASSERT(__builtin_types_compatible_p(__typeof__(((struct e *)0)->n), FIELD_CTYPE_##t), \
	              #e "." #n " has not the C type of " #t);
/* 5 documentation */
#define FIELD_DOC(e, n, t, fl, lim, ...) #e "." #n "\t" #t "\t" #fl "\n"

#define ENTITY_STRUCT(e, LIST)                             \
	struct e {                                         \
		struct row row;                            \
		LIST(FIELD_MEMBER)                         \
	};                                                 \
	enum e##_field{LIST(FIELD_NUMBER) e##_fields_len}; \
	LIST(FIELD_ASSERT)
#define ENTITY_TABLE(e, LIST) static const struct field e##_fields[] = {LIST(FIELD_ROW)}
#define ENTITY_DOC(LIST) ("" LIST(FIELD_DOC))
