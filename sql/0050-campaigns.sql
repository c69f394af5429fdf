-- Campaigns: opportunities, ranked applications, allocation and its answers.

create table campaign (
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
	title {text} not null,
	title_en {text},
	academic_year {id} not null,
	opens_ms {int} not null,
	closes_ms {int} not null,
	answer_by_ms {int},
	answer_days {int},
	zone {text} not null,
	year_from {int},
	year_to {int},
	programmes {text},
	activity {text} not null,
	scheme {text} not null,
	max_choices {int} not null,
	mechanism {text},
	weights {text},
	call_year {int},
	seed_sha256 {text},
	seed {text},
	opened_ms {int},
	allocated_ms {int},
	published_ms {int},
	note {text},
	title_fold {text},
	primary key (tenant, id)
);
-- school table: campaign
create unique index campaign_number on campaign (tenant, number) where number is not null;
create index campaign_academic_year on campaign (tenant, academic_year);
create index campaign_by_end on campaign (tenant, closes_ms, id);

create table opportunity (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	title {text},
	campaign {id} not null,
	partner {id} not null,
	condition {id},
	seats {int} not null,
	half {text},
	starts {int},
	ends {int},
	months {int},
	language {text},
	cefr {text},
	isced_f {text},
	requirement {text},
	requirement_source {text},
	budget_cents {int},
	budget_source {text},
	note {text},
	title_fold {text},
	primary key (tenant, id)
);
-- school table: opportunity
create index opportunity_campaign on opportunity (tenant, campaign);
create index opportunity_partner on opportunity (tenant, partner);
create index opportunity_condition on opportunity (tenant, condition) where condition is not null;
create index opportunity_by_title on opportunity (tenant, title_fold, id);

create table application (
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
	campaign {id} not null,
	person {id} not null,
	submitted_ms {int} not null,
	withdrawn_ms {int},
	travel {text},
	answers {text},
	score {int},
	score_lines {text},
	unit {id},
	title_fold {text},
	primary key (tenant, id)
);
-- school table: application
create unique index application_number on application (tenant, number) where number is not null;
create unique index application_once on application (tenant, campaign, person);
create index application_person on application (tenant, person);
create index application_unit on application (tenant, unit) where unit is not null;
create index application_by_title on application (tenant, title_fold, id);

create table application_choice (
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
	application {id} not null,
	opportunity {id} not null,
	rank {int} not null,
	panel {int},
	score {int},
	score_lines {text},
	unit {id},
	primary key (tenant, id)
);
-- school table: application_choice
create unique index application_choice_once on application_choice (tenant, application, opportunity);
create index application_choice_by_rank on application_choice (tenant, rank, id);
create index application_choice_opportunity on application_choice (tenant, opportunity);
create index application_choice_unit on application_choice (tenant, unit) where unit is not null;

create table placement (
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
	campaign {id} not null,
	application {id} not null,
	opportunity {id},
	round {int} not null,
	rank {int},
	offered_ms {int},
	answer_by_ms {int},
	answer {text},
	answered_ms {int},
	replaces {id},
	stay {id},
	unit {id},
	primary key (tenant, id)
);
-- school table: placement
create index placement_campaign on placement (tenant, campaign);
create index placement_by_round on placement (tenant, round, id);
create unique index placement_application on placement (tenant, application, round);
create index placement_opportunity on placement (tenant, opportunity) where opportunity is not null;
create index placement_stay on placement (tenant, stay) where stay is not null;
create index placement_replaces on placement (tenant, replaces) where replaces is not null;
create index placement_unit on placement (tenant, unit) where unit is not null;

-- The seed of the lottery, until the allocation shows it; campaign.seed_sha256 is its commitment.
create table campaign_seed (
	tenant {tenant} not null,
	campaign {id} not null,
	seed {text} not null,
	primary key (tenant, campaign)
);
-- school table: campaign_seed

create table star (
	tenant {tenant} not null,
	person {id} not null,
	opportunity {id} not null,
	starred_ms {int} not null,
	primary key (tenant, person, opportunity)
);
-- school table: star
create index star_opportunity on star (tenant, opportunity);

-- One allocation: all that went in and came out, as files of the allocation contract, to be verified by anybody.
create table allocation_run (
	tenant {tenant} not null,
	id {id} not null,
	campaign {id} not null,
	round {int} not null,
	mechanism {text} not null,
	seed {text} not null,
	seats {text} not null,
	choices {text} not null,
	students {text} not null,
	placements {text} not null,
	certificate {text} not null,
	report {text} not null,
	input_sha256 {text} not null,
	result_sha256 {text} not null,      -- over placements and certificate
	left_out {text} not null,           -- JSON: choices that did not enter, with the reason
	at_ms {int} not null,
	actor {text} not null,
	undone_ms {int},
	primary key (tenant, id)
);
-- school table: allocation_run
create index allocation_run_campaign on allocation_run (tenant, campaign, round);

-- What an applicant was asked for.
create table campaign_ask (
	tenant {tenant} not null,
	id {id} not null,
	campaign {id} not null,
	application {id} not null,
	missing {text} not null,            -- language, average, ...
	detail {text} not null,             -- which: the code of the language
	asked_ms {int} not null,
	mail {id},                          -- null: no address
	actor {text} not null,
	primary key (tenant, id)
);
-- school table: campaign_ask
create index campaign_ask_application on campaign_ask (tenant, application);
create index campaign_ask_campaign on campaign_ask (tenant, campaign);
