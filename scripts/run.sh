#!/usr/bin/env bash
# The embedded default from this checkout, with demo data on the first start.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-system-packages
cargo build --locked --release --package server --bin muster
muster="${CARGO_TARGET_DIR:-target}/release/muster"

# Only the embedded database is seeded, and only when it is new; an address of your own is left as it is.
if [ -z "${MUSTER_DATABASE_URL:-}" ] && [ ! -e data/muster.db ]; then
    "$muster" seed --users 25
fi
exec "$muster" serve
