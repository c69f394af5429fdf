-- Saved views: a reader's own tabs over a list.
create table saved_view (
	tenant {tenant} not null,
	id {id} not null,
	account {id} not null,
	entity {text} not null,             -- institution, ...
	name {text} not null,
	query {text} not null,              -- canonical, without page: filter=country:eq:NO&sort=name
	created_ms {int} not null,
	primary key (tenant, id)
);
-- school table: saved_view
create index saved_view_account on saved_view (tenant, account, entity, created_ms);
