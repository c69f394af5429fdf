-- Work that does not happen inside a request, and mails on their way out.

create table job (
	id {id} primary key,
	tenant {tenant} not null,           -- 0: the node's own
	kind {text} not null,
	payload {text} not null,            -- JSON
	actor {id},                         -- account that asked
	state {text} not null,              -- queued running done failed
	run_at {int} not null,
	lease_until {int},
	attempts {int} not null,
	progress {int} not null,
	total {int},
	result {text},                      -- JSON; of a failed job: the reason
	created_ms {int} not null,
	ended_ms {int}
);
create index job_due on job (state, run_at);
create index job_of_school on job (tenant, created_ms);

-- One row for each thing that recurs: who runs it, until when.
create table lease (
	name {text} primary key,
	holder {text} not null,
	until_ms {int} not null
);

-- Mails: shown before they leave, never sent twice silently. unsure: the program ended while the server took it; a person decides.
create table mail (
	tenant {tenant} not null,
	id {id} not null,
	state {text} not null,              -- queued sending sent failed unsure kept (demo: never leaves)
	recipient {text} not null,
	recipient_name {text},
	subject {text} not null,
	body {text} not null,
	lang {text} not null,
	kind {text} not null,               -- invitation, reset, placement, ...
	about {id},                         -- record it is about
	created_ms {int} not null,
	not_before {int} not null,
	attempts {int} not null,
	error {text},
	ended_ms {int},
	primary key (tenant, id)
);
create index mail_due on mail (state, not_before);
create index mail_about on mail (tenant, about) where about is not null;
