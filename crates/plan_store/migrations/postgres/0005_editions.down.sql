DROP INDEX plans_by_edition;
ALTER TABLE plans DROP COLUMN edition_note;
ALTER TABLE plans DROP COLUMN edition;
ALTER TABLE plans DROP COLUMN edition_of;
