-- expand-only
-- SHA-256 of a body that is read as it comes, and so is not in the request's fingerprint: noted when its end has come.
alter table idempotency add column body_hash bytea check (length(body_hash) = 32);
