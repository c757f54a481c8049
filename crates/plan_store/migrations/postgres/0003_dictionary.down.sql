ALTER TABLE indicators DROP COLUMN dictionary;
