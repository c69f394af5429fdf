-- Accounts of the node: one address, one password, any number of schools. Node tables: they are read before a school is chosen.

create table account (
	id {id} primary key,
	email {text} not null unique,       -- lower case
	name {text} not null,
	password {text},                    -- argon2id, encoded; null: invited, not yet chosen
	lang {text} not null,
	created_ms {int} not null,
	signed_in_ms {int},
	disabled_ms {int}
);

create table account_grant (
	tenant {tenant} not null,
	account {id} not null,
	role {text} not null,
	unit {id} not null,                 -- nil: the whole school
	since_ms {int} not null,
	primary key (tenant, account, role, unit)
);
create index account_grant_account on account_grant (account);

create table account_person (
	tenant {tenant} not null,
	account {id} not null,
	person {id} not null,
	primary key (tenant, account)
);
create index account_person_person on account_person (tenant, person);

-- Single-scope, expiring, hashed.
create table account_token (
	hash {bytes} primary key,
	account {id} not null,
	tenant {tenant} not null,
	purpose {text} not null,            -- password (invitation, reset) | api
	created_ms {int} not null,
	expires_ms {int} not null,
	used_ms {int}
);
create index account_token_account on account_token (account, purpose);
