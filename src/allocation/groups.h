/* Private to the folder: the other way to find who gains (simplex.h), for few nodes and very many students. */
#pragma once
#include "allocation/simplex.h"

/* Where all students have far more arcs than there are pairs of nodes. */
bool groups_suit(const struct sx *x);
/* Depths and potentials must be up to date. */
void groups_solve(struct sx *x);
