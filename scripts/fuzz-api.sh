#!/usr/bin/env bash
# Lets schemathesis loose on a real server: it reads /api-docs/openapi.json and makes up requests, valid and hostile,
# looking for 5xx, for answers the document does not promise and for stored garbage.
#
# SCHEMATHESIS_EXAMPLES=N requests per operation (default 50), SCHEMATHESIS_SEED=N to repeat a run.
set -euo pipefail
cd "$(dirname "$0")/.."
examples=${SCHEMATHESIS_EXAMPLES:-50}
seed=${SCHEMATHESIS_SEED:-1}
scripts/install-tool schemathesis
cargo build --locked --package server --bin muster
muster="$(realpath "${CARGO_TARGET_DIR:-target}")/debug/muster"
scripts="$PWD/scripts"
schemathesis="$PWD/target/tools/schemathesis/bin/schemathesis"

work=$(mktemp -d)
server=
finish() {
    local outcome=$?
    trap - EXIT
    if [ -n "$server" ] && kill "$server" 2>/dev/null; then
        wait "$server" || true
    fi
    if [ "$outcome" -ne 0 ] && [ -e "$work/server.log" ]; then
        echo "--- the end of the server's log" >&2
        tail -n 30 "$work/server.log" >&2
    fi
    rm -rf "$work"
    exit "$outcome"
}
trap finish EXIT

read -r port management < <(python3 - <<'PY'
import socket
sockets = [socket.socket() for _ in range(2)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))
PY
)
export MUSTER_DATABASE_URL="sqlite://$work/muster.db" MUSTER_OBJECTS_URL="file://$work/objects"
# It asks as fast as it can, and guesses passwords.
export MUSTER_LIMITS__REQUESTS=10000000 MUSTER_LIMITS__BURST=10000000 MUSTER_LIMITS__UPLOADS=10000000
export MUSTER_HTTP__LISTEN="127.0.0.1:$port" MUSTER_MANAGEMENT__LISTEN="127.0.0.1:$management"
base="http://127.0.0.1:$port"

cd "$work"
"$muster" seed --users 5 >"$work/seed.log" 2>&1 || { cat "$work/seed.log" >&2; exit 1; }
"$muster" serve >"$work/server.log" 2>&1 &
server=$!

answered=no
for _ in $(seq 1 150); do
    if curl --silent --fail --output "$work/openapi.json" "$base/api-docs/openapi.json"; then
        answered=yes
        break
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.2
done
if [ "$answered" = no ]; then
    echo "the server did not answer on $base" >&2
    exit 1
fi

# The demo administrator that the seeder makes.
token=$(curl --silent --show-error --fail-with-body --header 'content-type: application/json' \
    --data '{"email":"admin@demo.example","password":"muster-demo-password"}' "$base/v1/auth/login" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')

export SCHEMATHESIS_HOOKS="$scripts/schemathesis_hooks.py"
FUZZ_SIGNED_IN_AS=$(curl --silent --show-error --fail-with-body --header "Authorization: Bearer $token" "$base/v1/me" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
FUZZ_SIGNED_IN_ON=$(curl --silent --show-error --fail-with-body --header "Authorization: Bearer $token" "$base/v1/auth/sessions" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["items"][0]["id"])')
export FUZZ_SIGNED_IN_AS FUZZ_SIGNED_IN_ON
"$schemathesis" --config-file "$scripts/schemathesis.toml" run "$work/openapi.json" --url "$base" \
    --header "Authorization: Bearer $token" \
    --max-examples "$examples" --seed "$seed" --workers 1 \
    --checks all \
    --suppress-health-check all --request-timeout 20

if ! kill -0 "$server" 2>/dev/null; then
    echo "the server died during the run" >&2
    exit 1
fi
if grep -i 'panicked at' "$work/server.log" >&2; then
    echo "the server panicked during the run" >&2
    exit 1
fi
# A run of nothing but 401s would look good.
curl --silent --show-error --fail --output /dev/null --header "Authorization: Bearer $token" "$base/v1/users" || {
    echo "the sign-in was lost during the run, so the run proves little" >&2
    exit 1
}
