-- Mobilities.

create table stay (
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
	state_now {text},
	pen_now {text},
	since_now {int},
	due_now {int},
	cycle {text},
	person {id},
	direction {text} not null,
	activity {text} not null,
	category {text} not null,
	scheme {text},
	partner {id},
	condition {id},
	academic_year {id},
	programme_year {int},
	starts {int},
	ends {int},
	travel {text},
	accepted_ms {int},
	nominated_ms {int},
	host_accepted_ms {int},
	arrived {int},
	departed {int},
	recognised_ms {int},
	cancelled_ms {int},
	cancel_reason {text},
	origin {text},
	home_text {text},
	host_text {text},
	nationality {text},
	gender {text},
	age {int},
	subject {text},
	years_done {int},
	duration {int},
	ects_planned {int},
	language {text},
	grant_cents {int},
	import_key {text},
	unit {id},
	title_fold {text},
	primary key (tenant, id)
);
-- school table: stay
create unique index stay_number on stay (tenant, number) where number is not null;
create index stay_person on stay (tenant, person) where person is not null;
create index stay_partner on stay (tenant, partner) where partner is not null;
create index stay_condition on stay (tenant, condition) where condition is not null;
create index stay_academic_year on stay (tenant, academic_year) where academic_year is not null;
create index stay_unit on stay (tenant, unit) where unit is not null;
create index stay_by_title on stay (tenant, title_fold, id);
create index stay_by_since on stay (tenant, since_now, id);
create index stay_by_due on stay (tenant, due_now, id);
create index stay_by_start on stay (tenant, starts, id);
create index stay_by_key on stay (tenant, import_key) where import_key is not null;
