/* The accounts of the demo school, one for each role, and the lines that print them. */
#include "app/demo/demo.h"
#include "office/people/pages.h"
#include "platform/i18n/i18n.h"

static const struct {
	const char *role, *email, *name, *password;
	uint64_t roles;
	bool speciality, student;
} accounts[] = {
    {"office", "claire.vasseur@chimie.example", "Claire Vasseur", "passerelle-demo-office", ROLE_ADMIN | ROLE_OFFICE | ROLE_SOCIAL, false,
     false},
    {"director", "direction@chimie.example", "Hélène Marchand", "passerelle-demo-director", ROLE_DIRECTOR, false, false},
    {"head", "responsable.gp@chimie.example", "Olivier Cordier", "passerelle-demo-head", ROLE_HEAD, true, false},
    {"student", "ines.bouchard@chimie.example", "Inès Bouchard", "passerelle-demo-student", ROLE_STUDENT, false, true},
};

void demo_print_accounts(void)
{
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
		print("account %s %s %s\n", accounts[i].role, accounts[i].email, accounts[i].password);
}

enum err demo_accounts(struct cx *cx, const struct demo_account **out, size_t *len)
{
	static const int roles[ARRAY_LEN(accounts)] = {M_role_office, M_role_director, M_role_head, M_role_student};
	struct demo_account *list = ARENA_ARRAY(cx->arena, struct demo_account, ARRAY_LEN(accounts));
	for (*len = 0; *len < ARRAY_LEN(accounts); ++*len)
		list[*len] = (struct demo_account){str_of(accounts[*len].email), str_of(accounts[*len].password),
		                                   str_of(accounts[*len].name), roles[*len]};
	*out = list;
	return OK;
}

enum err demo_make_accounts(struct demo *d)
{
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++) {
		struct uuid id;
		struct account_invitation in = {.email = str_of(accounts[i].email),
		                                .name = str_of(accounts[i].name),
		                                .roles = accounts[i].roles,
		                                .unit = accounts[i].speciality ? d->specialities[1] : UUID_NONE,
		                                .person = accounts[i].student ? d->heroine : UUID_NONE,
		                                .lang = LANG_FR,
		                                .silent = true,
		                                .password = str_of(accounts[i].password)};
		TRY(account_invite(d->cx, &in, &id));
	}
	return OK;
}
