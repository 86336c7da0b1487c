#!/usr/bin/env bash
# Runs the image as it is meant to run: the root read-only, no capability, not as root, the embedded default on a volume.
# It has to become healthy by its own HEALTHCHECK, answer, and on SIGTERM say no to /readyz, serve on, and end with 0.
#
# Without IMAGE, the target `runtime-local` of deploy/Dockerfile is built around a binary of this checkout (MUSTER=path,
# or one is built). Where no engine answers, one is started for the run; where none can be, that is said in one line and
# counts as skipped.
#
# usage: [IMAGE=muster:local] [MUSTER=target/release/muster] scripts/image-check.sh
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/docker-engine.sh
. scripts/docker-engine.sh

work=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
name=muster-image-check-$$
finish() {
    local outcome=$?
    trap - EXIT
    if [ "$outcome" -ne 0 ]; then
        docker logs --tail 30 "$name" >&2 2>/dev/null || true
    fi
    docker rm --force "$name" >/dev/null 2>&1 || true
    docker volume rm "$name" >/dev/null 2>&1 || true
    stop_engine
    rm -rf "$work"
    exit "$outcome"
}
trap finish EXIT

fail() {
    echo "image: $*" >&2
    exit 1
}
# Asks a hundred times in twenty seconds.
until_true() {
    local what=$1
    shift
    for _ in $(seq 1 100); do
        if "$@"; then
            return
        fi
        sleep 0.2
    done
    fail "$what did not come to pass"
}

if ! scripts/docker-answers && ! start_engine "$work"; then
    echo "skipped: 1, the image: no Docker engine answers and none can be started: $engine_lacks"
    exit 0
fi

image=${IMAGE:-}
if [ -z "$image" ]; then
    image=muster:$name
    muster=${MUSTER:-}
    if [ -z "$muster" ]; then
        cargo build --locked --release --package server --bin muster
        muster=${CARGO_TARGET_DIR:-target}/release/muster
    fi
    if [ -n "$engine" ] && ! registry_answers gcr.io; then
        mkdir "$work/base"
        scripts/image-base.sh "$work/base"
    fi
    mkdir "$work/context"
    cp "$muster" "$work/context/muster"
    docker build --quiet --file deploy/Dockerfile --target runtime-local --tag "$image" "$work/context" >/dev/null
fi

read -r port management < <(python3 - <<'PY'
import socket
sockets = [socket.socket() for _ in range(2)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))
PY
)
# The machine's network, since an engine that was started here has no other.
docker run --detach --name "$name" --network host --read-only --tmpfs /tmp --volume "$name:/data" --cap-drop ALL \
    --security-opt no-new-privileges --env "MUSTER_HTTP__LISTEN=127.0.0.1:$port" \
    --env "MUSTER_MANAGEMENT__LISTEN=127.0.0.1:$management" --env MUSTER_DRAIN__DELAY=3s "$image" >/dev/null

shown() {
    docker inspect --format "$1" "$name"
}
is_healthy() {
    [ "$(shown '{{.State.Running}}')" = true ] || fail "the container has ended with $(shown '{{.State.ExitCode}}')"
    [ "$(shown '{{.State.Health.Status}}')" = healthy ]
}
answers() {
    [ "$(curl --silent --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$port$2")" = "$1" ]
}

until_true "a healthy container" is_healthy
answers 200 /readyz || fail "it is healthy and not ready"
answers 200 /swagger-ui/ || fail "it does not answer"
user=$(shown '{{.Config.User}}')
[ "${user%%:*}" -gt 0 ] || fail "it runs as root"
docker logs "$name" 2>&1 | grep -q 'set-up link: ' || fail "it wrote nothing to its volume"

docker kill --signal TERM "$name" >/dev/null
until_true "/readyz with 503 after SIGTERM" answers 503 /readyz
answers 200 /healthz || fail "it does not serve on while it drains"
code=$(timeout 40 docker wait "$name") || fail "it does not end"
[ "$code" = 0 ] || fail "it ended with $code"
size=$(docker image inspect --format '{{.Size}}' "$image")
echo "image: healthy by its own check, drained on SIGTERM and ended with 0, $((size / 1000000)) MB as user $user"
[ -n "${IMAGE:-}" ] || docker image rm --force "$image" >/dev/null
