-- Strategy: its versions, their sentences, and the indicators that measure them.

create table strategy (
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
	edition {int},
	owner {id},
	starts {int} not null,
	ends {int},
	source {text},
	title_fold {text},
	primary key (tenant, id)
);
-- school table: strategy
create unique index strategy_code on strategy (tenant, code);
create index strategy_by_start on strategy (tenant, starts, id);
create index strategy_by_title on strategy (tenant, title_fold, id);

create table sentence (
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
	strategy {id} not null,
	section {text} not null,
	position {int} not null,
	text {text} not null,
	language {text} not null,
	translation {text},
	reading {text},
	reading_en {text},
	source {text},
	primary key (tenant, id)
);
-- school table: sentence
create unique index sentence_code on sentence (tenant, code);
create index sentence_strategy on sentence (tenant, strategy);

create table indicator (
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
	label {text} not null,
	label_en {text},
	section {text},
	method {text} not null,
	owner {id},
	source_a {text},
	wording_a {text},
	wording_a_en {text},
	source_b {text},
	wording_b {text},
	wording_b_en {text},
	source_c {text},
	wording_c {text},
	wording_c_en {text},
	source_d {text},
	wording_d {text},
	wording_d_en {text},
	target {int},
	span_years {int},
	span_target {int},
	threshold {int},
	small_cells {int},
	reading {text},
	reading_en {text},
	source {text},
	label_fold {text},
	primary key (tenant, id)
);
-- school table: indicator
create unique index indicator_code on indicator (tenant, code);
create index indicator_by_label on indicator (tenant, label_fold, id);

create table indicator_link (
	tenant {tenant} not null,
	id {id} not null,
	version {int} not null,
	created_ms {int} not null,
	changed_ms {int} not null,
	archived_ms {int},
	archive_reason {text},
	import_version {int},
	import_batch {id},
	label {text} not null,
	sentence {id} not null,
	indicator {id} not null,
	primary key (tenant, id)
);
-- school table: indicator_link
create unique index indicator_link_once on indicator_link (tenant, label);
create index indicator_link_sentence on indicator_link (tenant, sentence);
create index indicator_link_indicator on indicator_link (tenant, indicator);
