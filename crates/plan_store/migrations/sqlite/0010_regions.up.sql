-- The region (GB/T 2260) whose plans an account may see; NULL for all of them, as
-- for accounts from before, and NULL is left out of digests.
ALTER TABLE users ADD COLUMN region TEXT;
