-- Agreements and their cooperation conditions.

create table agreement (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	number {text},
	title {text},
	partner {id} not null,
	kind {text} not null,
	valid_from {int} not null,
	valid_to {int},
	signed_here {int},
	signed_there {int},
	sent {int},
	ended {int},
	note {text},
	title_fold {text},
	primary key (tenant, id)
);
-- school table: agreement
create unique index agreement_number on agreement (tenant, number) where number is not null;
create index agreement_partner on agreement (tenant, partner);

create table agreement_condition (
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
	agreement {id} not null,
	mobility {text} not null,
	direction {text} not null,
	places {int} not null,
	months {int},
	isced_f {text},
	eqf_from {int},
	eqf_to {int},
	language {text},
	cefr {text},
	language2 {text},
	cefr2 {text},
	first_year {id},
	last_year {id},
	blended {int},
	requirement {text},
	requirement_source {text},
	primary key (tenant, id)
);
-- school table: agreement_condition
create index agreement_condition_agreement on agreement_condition (tenant, agreement);
create index agreement_condition_first_year on agreement_condition (tenant, first_year) where first_year is not null;
create index agreement_condition_last_year on agreement_condition (tenant, last_year) where last_year is not null;
