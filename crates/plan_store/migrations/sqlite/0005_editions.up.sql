-- A further edition of a plan's text is a row of its own that says of which plan,
-- the how manieth, and why. Plans from before have none of the three, and NULL is
-- left out of digests.
ALTER TABLE plans ADD COLUMN edition_of INTEGER;
ALTER TABLE plans ADD COLUMN edition INTEGER;
ALTER TABLE plans ADD COLUMN edition_note TEXT;
CREATE INDEX plans_by_edition ON plans (edition_of);
