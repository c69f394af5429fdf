/* Roles of a school. Opaque bits to the platform. One account may hold them all (a one-person office). */
#pragma once
#include <stdint.h>

#define ROLE_ADMIN (UINT64_C(1) << 0)  /* settings, accounts, imports */
#define ROLE_OFFICE (UINT64_C(1) << 1) /* international office (SRI): everything of the trade */
#define ROLE_HEAD (UINT64_C(1) << 2)   /* director of studies, head of a speciality: their unit */
#define ROLE_TEACHER (UINT64_C(1) << 3)
#define ROLE_STUDENT (UINT64_C(1) << 4)  /* their own pages only */
#define ROLE_DIRECTOR (UINT64_C(1) << 5) /* reads figures and lists of the whole school */
#define ROLE_SOCIAL (UINT64_C(1) << 6)   /* may see sensitive flags, every look logged */

#define ROLES_STAFF (ROLE_ADMIN | ROLE_OFFICE | ROLE_HEAD | ROLE_DIRECTOR)
#define ROLES_EDIT (ROLE_ADMIN | ROLE_OFFICE)
