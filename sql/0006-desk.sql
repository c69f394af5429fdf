-- Files that people send to be imported: kept until the import is decided, seven days at most.

create table import_file (
	tenant {tenant} not null,
	id {id} not null,
	account {id} not null,              -- who sent it
	kind {text} not null,               -- institutions, ...
	name {text} not null,               -- as the sender's computer calls it
	size {int} not null,
	state {text} not null,              -- waiting ready failed applying applied
	given_map {text},                   -- JSON: [["field", "column"], ...]; null: found by the header
	match_key {text},                   -- field that rows are matched by; null: the entity's own keys
	remember {int} not null,            -- keep the map for files with this header
	partial {int} not null,             -- the last apply took the good rows only
	report {text},                      -- JSON of the last preview or application
	job {id},
	batch {id},
	created_ms {int} not null,
	changed_ms {int} not null,
	primary key (tenant, id)
);
-- school table: import_file

create table import_chunk (
	tenant {tenant} not null,
	file {id} not null,
	part {text} not null,               -- file | refused (a CSV of what was not taken)
	seq {int} not null,
	bytes {bytes} not null,             -- 256 KiB at most
	primary key (tenant, file, part, seq)
) {clustered};
-- school table: import_chunk
