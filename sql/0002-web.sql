-- Sessions of signed-in accounts, by the SHA-256 of the token in the cookie. A node table: no tenant in its key.
create table session (
  token_hash {bytes} not null primary key,
  account {id} not null,
  tenant {int} not null,
  lang {int} not null,
  created_ms {int} not null,
  last_seen_ms {int} not null,
  secret {bytes} not null
);
create index session_account on session (account);
create index session_last_seen on session (last_seen_ms);
