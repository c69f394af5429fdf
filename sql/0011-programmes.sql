-- What is taught and who is enrolled.

create table programme (
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
	title {text} not null,
	title_en {text},
	unit {id},
	format {text} not null,
	eqf {text},
	isced_f {text},
	years {int},
	weeks_abroad {int},
	cap_months {int},
	title_fold {text},
	primary key (tenant, id)
);
-- school table: programme
create unique index programme_code on programme (tenant, code);
create index programme_unit on programme (tenant, unit) where unit is not null;

create table term (
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
	academic_year {id} not null,
	half {text} not null,
	starts {int} not null,
	ends {int} not null,
	primary key (tenant, id)
);
-- school table: term
create index term_academic_year on term (tenant, academic_year);

create table course (
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
	title {text} not null,
	title_en {text},
	host {text},
	ects {int},
	credits_text {text},
	taught {text},
	language {text},
	isced_f {text},
	programmes {text},
	description {text},
	title_fold {text},
	primary key (tenant, id)
);
-- school table: course
create unique index course_code on course (tenant, code);
create index course_by_title on course (tenant, title_fold, id);

create table enrolment (
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
	programme {id} not null,
	academic_year {id} not null,
	year {int} not null,
	status {text} not null,
	speciality {id},
	starts {int},
	ends {int},
	average {int},
	ects {int},
	failed_units {int},
	unit {id},
	label_fold {text},
	primary key (tenant, id)
);
-- school table: enrolment
create index enrolment_person on enrolment (tenant, person);
create index enrolment_programme on enrolment (tenant, programme);
create index enrolment_academic_year on enrolment (tenant, academic_year);
create index enrolment_speciality on enrolment (tenant, speciality) where speciality is not null;
create index enrolment_unit on enrolment (tenant, unit) where unit is not null;
create index enrolment_by_year on enrolment (tenant, academic_year, status, year);
create unique index enrolment_once on enrolment (tenant, person, programme, academic_year);

create table apprenticeship (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	employer {text} not null,
	person {id} not null,
	number {text},
	employer_id {text},
	starts {int} not null,
	ends {int} not null,
	mentor_email {text},
	unit {id},
	employer_fold {text},
	primary key (tenant, id)
);
-- school table: apprenticeship
create unique index apprenticeship_number on apprenticeship (tenant, number) where number is not null;
create index apprenticeship_person on apprenticeship (tenant, person);
create index apprenticeship_unit on apprenticeship (tenant, unit) where unit is not null;

create table apprenticeship_period (
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
	contract {id} not null,
	kind {text} not null,
	starts {int} not null,
	ends {int} not null,
	unit {id},
	primary key (tenant, id)
);
-- school table: apprenticeship_period
create index apprenticeship_period_contract on apprenticeship_period (tenant, contract);
create index apprenticeship_period_unit on apprenticeship_period (tenant, unit) where unit is not null;
