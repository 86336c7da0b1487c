# The front door. A target is one line here; what it does stands in scripts/ or crates/xtask.

.DEFAULT_GOAL := help
.PHONY: help run test check fmt openapi fuzz-api coverage bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and start the embedded default, with demo data on the first start
	@scripts/run.sh

test: ## run every test, installing what is missing; CRATE=domain runs one crate's
	@scripts/install-test-tools
	@CRATE='$(CRATE)' scripts/test.sh

check: ## all gates: format, lints, layers, sizes, links, OpenAPI, dependencies
	@scripts/install-check-tools
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo xtask check-layers
	cargo xtask check-sizes
	cargo xtask check-links
	cargo xtask openapi --check
	cargo deny --log-level error check bans licenses sources
	cargo machete

fmt: ## format the code
	cargo fmt --all

openapi: ## write docs/openapi.json from the code
	cargo xtask openapi

fuzz-api: ## throw made-up requests at a real server; SCHEMATHESIS_EXAMPLES=50 per operation
	@scripts/fuzz-api.sh

coverage: ## measure line coverage per crate; domain and application need 90 %
	@scripts/coverage.sh

bench: ## run the benchmark
	cargo run --locked --release --package server --bin muster -- bench
