# The front door. A target is one line here; what it does stands in scripts/ or crates/xtask.

.DEFAULT_GOAL := help
.PHONY: help run test test-docker check fmt openapi fuzz-api coverage bench image image-check compose-up compose-down compose-check check-deploy

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and start the embedded default, with demo data on the first start
	@scripts/run.sh

test: ## run every test, installing what is missing; CRATE=domain runs one crate's
	@scripts/install-test-tools
	@CRATE='$(CRATE)' scripts/test.sh

test-docker: ## run the database suites on servers in containers, starting an engine where it can be done
	@scripts/install-test-tools
	@scripts/test-docker.sh

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
	@scripts/check-deploy.sh

fmt: ## format the code
	cargo fmt --all

openapi: ## write docs/openapi.json from the code
	cargo xtask openapi

fuzz-api: ## throw made-up requests at a real server; SCHEMATHESIS_EXAMPLES=50 per operation
	@scripts/fuzz-api.sh

coverage: ## measure line coverage per crate; domain and application need 90 %
	@scripts/coverage.sh

bench: ## run the benchmark
	@scripts/bench.sh

check-deploy: ## check the image's, compose's and the proxy's files and the migrations: part of make check
	@scripts/install-check-tools
	@scripts/check-deploy.sh

image: ## build the container image muster:local
	docker build --file deploy/Dockerfile --target runtime --tag muster:local .

image-check: ## run the image as it is meant to run, where a Docker engine answers or can be started; IMAGE=muster:local
	@IMAGE='$(IMAGE)' MUSTER='$(MUSTER)' scripts/image-check.sh

compose-up: ## start the production shape: two processes, proxy, PostgreSQL, Redis, S3; ENV_FILE=deploy/compose.env
	@ENV_FILE='$(ENV_FILE)' scripts/compose-up.sh

compose-down: ## stop it; VOLUMES=1 deletes its data too
	@ENV_FILE='$(ENV_FILE)' VOLUMES='$(VOLUMES)' scripts/compose-down.sh

compose-check: ## start, use and delete the production shape, where a Docker engine answers or can be started
	@MUSTER='$(MUSTER)' scripts/compose-check.sh
