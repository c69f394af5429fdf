-- Rows of the reference tables that a school entered itself; they win over the shipped row of the same key.
-- school table: school_reference
create table school_reference (
	tenant {tenant} not null,
	table_name {text} not null,
	row_key {text} not null,
	valid_from {int} not null,
	valid_to {int},
	cells {text} not null,              -- JSON: value columns by name
	source {text} not null,
	note {text},
	primary key (tenant, table_name, row_key, valid_from)
);
