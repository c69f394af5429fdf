-- Institutions of the world and partners of a school.

create table institution (
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	name {text} not null,
	erasmus_code {text},
	erasmus_code_norm {text},
	country {text},
	city {text},
	pic {text},
	oid {text},
	hei_id {text},
	domain {text},
	street {text},
	postcode {text},
	website {text},
	eche_start {int},
	eche_end {int},
	lat {int},
	lng {int},
	name_fold {text},
	city_fold {text},
	primary key (id)
);
create unique index institution_pic on institution (pic) where pic is not null;
create index institution_erasmus on institution (erasmus_code_norm);
create index institution_by_domain on institution (domain) where domain is not null;
-- Of what is not archived, and archived_ms with it: then counting does not look into the table.
create index institution_by_name on institution (name_fold, id, archived_ms) where archived_ms is null;
create index institution_by_country on institution (country, name_fold, id, archived_ms) where archived_ms is null;
create index institution_by_city on institution (city_fold, id, archived_ms) where archived_ms is null;
create index institution_by_code on institution (erasmus_code, id, archived_ms) where archived_ms is null;
create index institution_archived on institution (id) where archived_ms is not null;
create index institution_by_end on institution (eche_end, id, archived_ms) where archived_ms is null;

create table partner (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	name {text} not null,
	short_name {text},
	kind {text} not null,
	institution {id},
	country {text} not null,
	city {text},
	tier {text},
	field {text},
	owner {id},
	next_step {text},
	next_step_due {int},
	last_contact {int},
	website {text},
	zone {text},
	lat {int},
	lng {int},
	note {text},
	name_fold {text},
	city_fold {text},
	primary key (tenant, id)
);
-- school table: partner
create index partner_institution on partner (tenant, institution) where institution is not null;
create index partner_owner on partner (tenant, owner) where owner is not null;
create index partner_by_name on partner (tenant, name_fold, id);

create table contact (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	name {text} not null,
	partner {id} not null,
	role {text},
	email {text},
	phone {text},
	language {text},
	name_fold {text},
	primary key (tenant, id)
);
-- school table: contact
create index contact_partner on contact (tenant, partner);
