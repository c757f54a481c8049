# The commands of the project. Each is what it says; there is no hidden state.
# What the tests need beside Rust is in scripts/install-test-needs.

.DEFAULT_GOAL := help
.PHONY: help run fmt check test gold bench load pdf backtest fuzz screenshots

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Starts the demo with a sample district, ready to click
	cargo run --release -- demo

fmt: ## Formats the code
	cargo fmt --all

check: ## Before each commit: format, lints, and the tests that need nothing but Rust
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --exclude plan_store --exclude lantu --exclude document_reader --exclude plan_report --locked --quiet
	cargo test -p plan_store -p lantu -p document_reader -p plan_report --locked --quiet --lib --bins

test: ## Every test; installs what the tests need where it may (Debian, as root)
	scripts/install-test-needs
	cargo test --workspace --locked --no-fail-fast

gold: ## Scores the extraction against hand labels; RECORD=1 records the counts, ERRORS=1 lists what differs
	LANTU_GOLD_REQUIRED=1 LANTU_GOLD_RECORD=$(RECORD) LANTU_GOLD_ERRORS=$(ERRORS) \
	cargo test --locked --quiet -p plan_extraction --test gold -- --nocapture extraction_keeps

bench: ## Measures reading, extracting, judging and storing
	cargo bench --workspace --locked --bench '*'

load: ## Puts a reporting day's load on the server, on both engines; FOR=15 seconds a measurement
	cargo build --release --locked -p lantu
	cd load && cargo run --release --locked --quiet -- ../target/release/lantu $(or $(FOR),15)

backtest: ## Compares the forecasting methods and writes docs/backtest.md; fails when the rules name other ones
	cd backtest && cargo run --release --locked --quiet -- ../docs/backtest.md

pdf: ## Builds lantu-pdf, which writes reports as PDF, and tests it; ten minutes and more for the first time
	cd pdf && cargo test --release --locked
	mkdir -p target/release && cp pdf/target/release/lantu-pdf target/release/

fuzz: ## Feeds random files to every reader with a nightly Rust, two at a time; FOR=120 seconds each
	cd fuzz && cargo +nightly fuzz build && cargo +nightly fuzz list | xargs -P 2 -I{} sh -c \
		'mkdir -p corpus/{} && cargo +nightly fuzz run {} corpus/{} seeds/{} -- \
		-max_total_time=$(or $(FOR),120) -max_len=65536 || exit 255'

screenshots: ## Pictures of the sample's pages for the documents, at both widths; look at them
	cargo build --locked -p lantu
	scripts/screenshots.py docs/images --most 1600 --only overview source indicator preview confirm rounds report
