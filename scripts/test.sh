#!/usr/bin/env bash
# All tests, or those of one crate (CRATE=domain): first through nextest, then the examples in the documentation,
# which nextest does not run. Without nextest, cargo test runs both.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/tools.env
. scripts/tools.env

scope=(--workspace)
if [ -n "${CRATE:-}" ]; then
    scope=(--package "$CRATE")
fi

if cargo nextest --version 2>/dev/null | grep -qF "$CARGO_NEXTEST_VERSION"; then
    # A crate may have no tests yet; that is for coverage to complain about.
    cargo nextest run --locked "${scope[@]}" --no-fail-fast --no-tests warn
else
    echo "cargo-nextest $CARGO_NEXTEST_VERSION is not here: the tests run through cargo test"
    cargo test --locked "${scope[@]}" --no-fail-fast --tests
fi

# Only a library has examples in its documentation.
if [ -z "${CRATE:-}" ] || [ -e "crates/$CRATE/src/lib.rs" ]; then
    cargo test --locked "${scope[@]}" --doc
fi
