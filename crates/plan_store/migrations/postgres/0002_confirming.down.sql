DROP TABLE decisions;
DROP TABLE work_items;
ALTER TABLE commitments DROP COLUMN confidence;
