-- What every school needs before any capability: the school, its audit log, its imports, its words.
-- Type words: {tenant} {id} {int} {text} {bytes}; one text for both engines.

create table school (
	tenant {tenant} primary key,
	hei_id {text} not null unique,      -- SCHAC code: escom.fr
	name {text} not null,
	kind {text} not null,               -- real | demo: a demo school never becomes a real one
	zone {text} not null,               -- Europe/Paris
	currency {text} not null,
	created_ms {int} not null
);

-- What the node knows of itself: keys, secrets, counters.
create table node_setting (
	name {text} primary key,
	value {bytes} not null,
	changed_ms {int} not null
);

create table number_series (
	tenant {tenant} not null,
	prefix {text} not null,             -- A-2026
	last {int} not null,
	primary key (tenant, prefix)
);
-- school table: number_series

-- Search: one row for each word of a row; the shared twin serves what all schools see.
create table search_word (
	tenant {tenant} not null,
	entity {int} not null,
	word {text} not null,
	id {id} not null,
	primary key (tenant, entity, word, id)
) {clustered};
-- school table: search_word
create index search_word_of on search_word (tenant, entity, id, word); -- has this row that word?

create table search_word_shared (
	entity {int} not null,
	word {text} not null,
	id {id} not null,
	primary key (entity, word, id)
) {clustered};
create index search_word_shared_of on search_word_shared (entity, id, word);

-- Audit. An entry is written unchained with its act; the sealer gives it its place in the chain of the school.
create table audit_entry (
	tenant {tenant} not null,
	id {id} not null,
	at_ms {int} not null,
	actor {text} not null,              -- e-mail of the account, "operator", "system"
	actor_id {id},
	act {text} not null,                -- create change archive restore import undo sign-in look ...
	kind {text} not null,               -- what was acted upon
	subject {id},
	note {text},
	payload_hash {bytes},               -- SHA-256(salt, body); stays when the payload is erased
	seq {int},                          -- place in the chain; null: not sealed yet
	chain {bytes},                      -- SHA-256(chain before, entry)
	primary key (tenant, id)
);
-- school table: audit_entry
create unique index audit_entry_seq on audit_entry (tenant, seq);
create index audit_entry_unsealed on audit_entry (tenant, id) where seq is null;
create index audit_entry_subject on audit_entry (tenant, subject, id) where subject is not null;

create table audit_payload (
	tenant {tenant} not null,
	entry {id} not null,
	salt {bytes} not null,
	body {text} not null,
	primary key (tenant, entry)
);
-- school table: audit_payload

create table audit_head (
	tenant {tenant} primary key,
	seq {int} not null,
	chain {bytes} not null,
	sealed_ms {int} not null
);
-- school table: audit_head

-- Imports and bulk acts: what they changed, to be shown and undone.
create table batch (
	tenant {tenant} not null,
	id {id} not null,
	kind {text} not null,               -- institutions, ...
	source {text} not null,             -- name of the file
	actor {text} not null,
	at_ms {int} not null,
	rows_new {int} not null,
	rows_changed {int} not null,
	rows_unchanged {int} not null,
	rows_conflict {int} not null,
	rows_refused {int} not null,
	undone_ms {int},
	undone_by {text},
	primary key (tenant, id)
);
-- school table: batch

create table batch_row (
	tenant {tenant} not null,
	batch {id} not null,
	seq {int} not null,
	entity {int} not null,
	id {id} not null,
	version {int} not null,             -- after the batch
	before {text},                      -- image before; null: the batch made the row
	undone {int} not null,
	primary key (tenant, batch, seq)
) {clustered};
-- school table: batch_row

-- Column maps that people confirmed, found again by the header of the file.
create table import_map (
	tenant {tenant} not null,
	kind {text} not null,
	header {text} not null,
	lines {text} not null,
	changed_ms {int} not null,
	primary key (tenant, kind, header)
);
-- school table: import_map
