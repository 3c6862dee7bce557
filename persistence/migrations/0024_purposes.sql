-- expand-only
-- The purposes of transactions are the capabilities' flows; the program checks them.
alter table transactions drop constraint transactions_purpose_check;
