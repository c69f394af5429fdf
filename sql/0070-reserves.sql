-- Seats kept for apprentices while apprentices ask for them, and what a run kept of its caps and reserves.
alter table opportunity add column reserved {int};
alter table allocation_run add column floors {text};
