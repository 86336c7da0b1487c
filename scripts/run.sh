#!/usr/bin/env bash
# The embedded default from this checkout, with demo data on the first start.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-system-packages
cargo build --locked --release --package server --bin muster
muster="${CARGO_TARGET_DIR:-target}/release/muster"

# Only the embedded default is seeded, and only when it is new; addresses of your own are left as they are. It is seeded beside
# its place and moved there when it is whole, so that a start that was interrupted begins anew.
if [ -z "${MUSTER_DATABASE_URL:-}${MUSTER_OBJECTS_URL:-}" ]; then
    if [ ! -e data ]; then
        rm -rf data.seeding
        MUSTER_DATABASE_URL=sqlite://./data.seeding/muster.db MUSTER_OBJECTS_URL=file://./data.seeding/objects \
            "$muster" seed --users 25
        touch data.seeding/demo
        mv data.seeding data
    fi
    if [ -e data/demo ]; then
        echo "demo sign-in: admin@demo.example, password muster-demo-password" >&2
    fi
fi
exec "$muster" serve
