-- The entry of an indicator in the dictionary and what that supplied, JSON. Rows
-- from before have none; leaving NULL out of digests keeps theirs as they were.
ALTER TABLE indicators ADD COLUMN dictionary TEXT;
