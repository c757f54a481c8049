-- What came to one plan since is found without passing what came to all others.
DROP INDEX figures_by_seq;
CREATE INDEX figures_by_plan_and_seq ON figures (plan_id, seq);
