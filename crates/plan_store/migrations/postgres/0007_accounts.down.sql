DROP TABLE identities;
ALTER TABLE sessions DROP COLUMN provider;
ALTER TABLE users DROP COLUMN must_change;
