ALTER TABLE plan_changes DROP COLUMN register_seq;
