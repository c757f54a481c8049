-- When something of a plan changed last that is no figure: figures come by the
-- thousand, and what else a question depends on need not be read again for each.
ALTER TABLE plan_changes ADD COLUMN register_seq BIGINT NOT NULL DEFAULT 0;
UPDATE plan_changes SET register_seq = seq;
