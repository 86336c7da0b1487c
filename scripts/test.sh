#!/usr/bin/env bash
# All tests, or those of one crate (CRATE=domain): first through nextest, then the end-to-end tests once more on
# PostgreSQL, Redis and S3, then the examples in the documentation, which nextest does not run. Without nextest, cargo
# test runs them all.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/tools.env
. scripts/tools.env

scope=(--workspace)
if [ -n "${CRATE:-}" ]; then
    scope=(--package "$CRATE")
fi
# What a server does for those who call it does not depend on its parts. (What concerns the data folder does.)
both_shapes=(walk users directory sites passwords standing roles errors hostile_uploads hostile_requests crash sessions keys rotation limits
    auth_modes foreign_roles provisioned audit_seals erasure canary)

if cargo nextest --version 2>/dev/null | grep -qF "$CARGO_NEXTEST_VERSION"; then
    # A crate may have no tests yet; that is for coverage to complain about.
    cargo nextest run --locked "${scope[@]}" --no-fail-fast --no-tests warn
    if [ "${CRATE:-server}" = server ]; then
        echo "the end-to-end tests once more, on PostgreSQL, Redis and S3"
        # With the same scope, or other features would be built anew.
        TEST_SHAPE=production cargo nextest run --locked "${scope[@]}" --no-fail-fast \
            -E "package(server) & ($(printf 'binary(%s)|' "${both_shapes[@]}" | sed 's/|$//'))"
    fi
    if [ -z "${CRATE:-}" ]; then
        scripts/count-contracts.sh
    fi
else
    echo "cargo-nextest $CARGO_NEXTEST_VERSION is not here: the tests run through cargo test"
    cargo test --locked "${scope[@]}" --no-fail-fast --tests
    if [ "${CRATE:-server}" = server ]; then
        TEST_SHAPE=production cargo test --locked --package server --no-fail-fast "${both_shapes[@]/#/--test=}"
    fi
fi

# Only a library has examples in its documentation.
if [ -z "${CRATE:-}" ] || [ -e "crates/$CRATE/src/lib.rs" ]; then
    cargo test --locked "${scope[@]}" --doc
fi
