-- expand-only
-- The triggers of agents are the capabilities'; the program checks them.
alter table agents drop constraint agents_trigger_check;
