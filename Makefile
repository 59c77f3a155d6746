# `make help` lists what there is.

.DEFAULT_GOAL := help
.PHONY: help demo run build test test-semantic test-dashboard screenshots contract prepare openapi bench-api bench-peers deny fuzz gate

# Tests bring their own database, and statements are checked against .sqlx/, whatever the environment says.
CLEAN = env -u DATABASE_URL -u SQLX_OFFLINE -u SQLX_OFFLINE_DIR \
	-u CROSSCLAIM_LISTEN -u CROSSCLAIM_DATA_DIR -u CROSSCLAIM_API_KEY -u CROSSCLAIM_SECRET_KEY -u CROSSCLAIM_FORGET_LOST_SECRETS -u CROSSCLAIM_ABORT_AT -u CROSSCLAIM_STOP_AT \
	-u CROSSCLAIM_RATE_LIMIT -u CROSSCLAIM_WRONG_KEYS -u CROSSCLAIM_CORS_ORIGINS \
	-u CROSSCLAIM_EGRESS_ALLOW -u CROSSCLAIM_EMBEDDING_MODEL -u CROSSCLAIM_LINK_WAIT_MS -u CROSSCLAIM_LOG -u CROSSCLAIM_LOG_FORMAT -u CROSSCLAIM_UNSAFE_DATABASE \
	-u OTEL_EXPORTER_OTLP_ENDPOINT

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## Build, start with sample articles, and print where to look
	@scripts/ensure-postgres
	cargo build --release --locked
	target/release/crossclaim demo

run: ## Start the service (debug build)
	@scripts/ensure-postgres
	cargo run --locked -- serve

build: ## Build the release binary
	cargo build --release --locked

test: ## Format, lints, statements and all tests; those of the API's description and the dashboard where npm and Chromium can be had
	@$(CLEAN) scripts/ensure-postgres
	cargo fmt --check
	$(CLEAN) cargo clippy --locked --all-targets -- -D warnings
	$(CLEAN) scripts/prepare-sql --check
	$(CLEAN) cargo test --locked
	@if scripts/ensure-node; then $(CLEAN) scripts/test-contract; \
	else echo "SKIPPED: the tests of the API's description, for want of what is named above" >&2; fi
	@if scripts/ensure-node && scripts/ensure-chromium && scripts/ensure-npm-packages; then $(MAKE) test-dashboard; \
	else echo "SKIPPED: the tests of the dashboard, for want of what is named above" >&2; fi

DASHBOARD = $(CLEAN) CROSSCLAIM_BIN=$(abspath $(or $(CARGO_TARGET_DIR),target))/debug/crossclaim npm --prefix tests/browser

test-dashboard: ## Types of the dashboard, and its tests in a real browser
	@$(CLEAN) scripts/ensure-postgres
	@scripts/ensure-chromium
	@scripts/ensure-npm-packages
	cargo build --locked
	$(DASHBOARD) run --silent types
	$(DASHBOARD) test

screenshots: ## Take the pictures in docs/screenshots anew
	@$(CLEAN) scripts/ensure-postgres
	@scripts/ensure-chromium
	@scripts/ensure-npm-packages
	cargo build --locked
	$(DASHBOARD) run --silent screenshots

contract: ## Linters, generated clients and made-up requests against the API's description (SECONDS=1800)
	@$(CLEAN) scripts/ensure-postgres
	$(CLEAN) scripts/test-contract $(SECONDS)

prepare: ## Describe all SQL statements anew, after one or a migration has changed
	@$(CLEAN) scripts/ensure-postgres
	$(CLEAN) scripts/prepare-sql

openapi: ## Write the API's description from the code
	@mkdir -p openapi
	$(CLEAN) cargo run --quiet --locked -- openapi > openapi/crossclaim.json.new
	mv openapi/crossclaim.json.new openapi/crossclaim.json

bench-api: ## Requests a second, beside the bare ceilings
	@$(CLEAN) scripts/ensure-postgres
	cargo bench --locked --bench api

SIZES = 10000 100000
PEERS_VENV = target/peers-venv

bench-peers: $(PEERS_VENV)/installed ## Compare linking with public libraries (SIZES="10000 100000")
	@$(CLEAN) scripts/ensure-postgres
	scripts/generate-claims.py --check
	cargo build --release --locked --manifest-path benches/peers/rust/Cargo.toml --target-dir target/peers
	$(PEERS_VENV)/bin/python benches/peers/run.py $(SIZES)

$(PEERS_VENV)/installed: benches/peers/requirements.txt
	python3 -m venv $(PEERS_VENV)
	$(PEERS_VENV)/bin/pip install --quiet --requirement $<
	touch $@

deny: ## Check dependencies: advisories, licences, sources (needs cargo-deny)
	cargo deny --all-features check

test-semantic: ## The optional sentence vectors, with a tiny model that the tests make
	$(CLEAN) cargo clippy --locked --all-targets --features semantic -- -D warnings
	$(CLEAN) cargo test --locked --features semantic --lib embedder::

fuzz: ## Made-up input against each target of fuzz/, which is built anew (SECONDS=600 each)
	$(CLEAN) scripts/fuzz $(or $(SECONDS),600)

# Long rows of docs/reliability.md at their full size, and what they measured. Kept out of `make test`.
GATE = chaos:: hostile:: sandbox:: isolation:: migrations:: backup:: fsck:: audit:: mixed:: clocks:: keys::who_guesses
# Link thousands of articles, which takes an unoptimised build most of an hour, and stop no process at a place that only such a build has.
GATE_OPTIMISED = order:: chaos::a_killed_service_loses

gate: SHELL = /bin/bash -o pipefail
gate: ## The long rows of docs/reliability.md at full size, with their figures (an hour or two)
	@$(CLEAN) scripts/ensure-postgres
	@scripts/ensure-faketime || echo "SKIPPED: J6, for want of what is named above" >&2
	@mkdir -p target
	( CROSSCLAIM_FULL_SIZE=1 $(CLEAN) cargo test --locked --test it -- $(GATE) $(GATE_OPTIMISED:%=--skip %) --nocapture --test-threads 1 \
		&& CROSSCLAIM_FULL_SIZE=1 $(CLEAN) cargo test --locked --release --test it -- $(GATE_OPTIMISED) --nocapture --test-threads 1 ) \
		| tee target/gate.log | grep -E '^(A|B|C|E|H|I|J)[0-9]+: |disk full: |^test |^test result'
	@if scripts/ensure-node && scripts/ensure-chromium && scripts/ensure-npm-packages; then \
		cargo build --locked && CROSSCLAIM_FULL_SIZE=1 $(DASHBOARD) test -- injection.test.js; \
	else echo "SKIPPED: G1, for want of what is named above" >&2; fi
