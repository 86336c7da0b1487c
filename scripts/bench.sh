#!/usr/bin/env bash
# The benchmark on the embedded default, and on the production parts: a private PostgreSQL, Redis and S3-like store.
# Ratios hold from machine to machine; absolute numbers do not. SECONDS_EACH, ROUNDS and MIXED (seconds) to change it.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-test-tools
cargo build --locked --release --package server --bin muster
cargo build --locked --release --package testkit --bin with-servers
bin=${CARGO_TARGET_DIR:-target}/release
arguments=(bench --seconds "${SECONDS_EACH:-5}" --rounds "${ROUNDS:-3}")

echo "== the embedded default"
"$bin/muster" "${arguments[@]}"
echo
echo "== PostgreSQL, Redis and an S3-like store, all on this machine"
"$bin/with-servers" "$bin/muster" "${arguments[@]}" --mixed "${MIXED:-60}"
