DROP INDEX figures_by_plan_and_seq;
CREATE INDEX figures_by_seq ON figures (seq);
