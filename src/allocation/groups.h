/* Private to the folder: the other way to find who gains (simplex.h), for few nodes and very many students. */
#pragma once
#include "allocation/simplex.h"

/* Enough students for each node, the more the longer the lists: every further arc of a student costs room and time. */
static inline bool groups_suit(const struct sx *x)
{
	uint32_t crowd = x->nstudents / x->nnodes, length = x->end[x->nstudents - 1] / x->nstudents;
	return crowd >= 64 && crowd / 8 >= length;
}
/* Depths and potentials must be up to date. */
void groups_solve(struct sx *x);
