-- People of a school: units, years, persons, identifiers, languages, posts.

create table unit (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	code {text} not null,
	name {text} not null,
	name_en {text},
	kind {text} not null,
	parent {id},
	email {text},
	name_fold {text},
	primary key (tenant, id)
);
-- school table: unit
create unique index unit_code on unit (tenant, code);
create index unit_parent on unit (tenant, parent) where parent is not null;

create table academic_year (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	code {text} not null,
	starts {int} not null,
	ends {int} not null,
	primary key (tenant, id)
);
-- school table: academic_year
create unique index academic_year_code on academic_year (tenant, code);

create table person (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	name {text},
	number {text},
	family {text} not null,
	given {text},
	birth_name {text},
	preferred {text},
	latin {text},
	email {text},
	birth_date {int},
	gender {text},
	nationality {text},
	language {text},
	unit {id},
	name_fold {text},
	primary key (tenant, id)
);
-- school table: person
create unique index person_number on person (tenant, number) where number is not null;
create index person_unit on person (tenant, unit) where unit is not null;
create index person_by_name on person (tenant, name_fold, id);
create index person_by_email on person (tenant, email);

create table identifier (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	value {text} not null,
	scheme {text} not null,
	person {id} not null,
	valid_from {int},
	valid_to {int},
	primary key (tenant, id)
);
-- school table: identifier
create index identifier_person on identifier (tenant, person);

create table language_level (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	label {text},
	person {id} not null,
	language {text} not null,
	cefr {text} not null,
	proof {text},
	tested {int},
	unit {id},
	primary key (tenant, id)
);
-- school table: language_level
create index language_level_person on language_level (tenant, person);
create index language_level_unit on language_level (tenant, unit) where unit is not null;

create table employment (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	title {text} not null,
	person {id} not null,
	unit {id} not null,
	category {text} not null,
	starts {int},
	ends {int},
	primary key (tenant, id)
);
-- school table: employment
create index employment_person on employment (tenant, person);
create index employment_unit on employment (tenant, unit);
