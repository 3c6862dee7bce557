-- expand-only
-- Which of the attempts at one key works on it: an earlier one that is refused late must not free the key of the later one.
alter table idempotency add column attempt integer not null default 0;
