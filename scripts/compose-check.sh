#!/usr/bin/env bash
# Starts the production shape with compose, as a person would, and uses it: the set-up link, a sign-in, a photo that
# comes back; one process stopped under load without a request lost; everything stopped and started again with its data;
# everything deleted. It has names, a port and data of its own, so it does not meet one that is in use.
#
# Where no Docker engine answers, one is started for the run; where none can be, or it can make no network, that is said
# in one line and counts as skipped. Where no registry answers either, the images are stand-ins made from packages around
# a binary of this checkout (MUSTER=path, or one is built).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/docker-engine.sh
. scripts/docker-engine.sh

work=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
export COMPOSE_PROJECT_NAME=muster-check-$$ ENV_FILE=$work/compose.env
up=
finish() {
    local outcome=$?
    trap - EXIT
    if [ -n "$up" ]; then
        [ "$outcome" -eq 0 ] || compose logs --tail 20 >&2 || true
        VOLUMES=1 scripts/compose-down.sh >/dev/null 2>&1 || true
    fi
    stop_engine
    rm -rf "$work"
    exit "$outcome"
}
trap finish EXIT

fail() {
    echo "compose: $*" >&2
    exit 1
}
skip() {
    echo "skipped: 1, the production shape in containers: $*"
    exit 0
}

if ! scripts/docker-answers && ! start_engine "$work"; then
    skip "no Docker engine answers and none can be started: $engine_lacks"
fi
docker network create "$COMPOSE_PROJECT_NAME-try" >/dev/null 2>"$work/network" || skip "the engine makes no network: $(tail -n 1 "$work/network")"
docker network rm "$COMPOSE_PROJECT_NAME-try" >/dev/null
if [ -n "$engine" ] && ! registry_answers registry-1.docker.io; then
    muster=${MUSTER:-}
    if [ -z "$muster" ]; then
        cargo build --locked --release --package server --bin muster
        muster=${CARGO_TARGET_DIR:-target}/release/muster
    fi
    mkdir "$work/base" "$work/images" "$work/context"
    scripts/image-base.sh "$work/base"
    scripts/compose-images.sh "$work/images"
    cp "$muster" "$work/context/muster"
    docker build --quiet --file deploy/Dockerfile --target runtime-local --tag muster:local "$work/context" >/dev/null
    rm -rf "$work/base" "$work/images" "$work/context"
    export BUILD=no
fi

port=$(python3 -c 'import socket; one = socket.socket(); one.bind(("127.0.0.1", 0)); print(one.getsockname()[1])')
url=http://127.0.0.1:$port
sed "s|^HOST_PORT=.*|HOST_PORT=$port|; s|^MUSTER_PUBLIC_URL=.*|MUSTER_PUBLIC_URL=$url|" deploy/compose.env >"$ENV_FILE"
# shellcheck source=scripts/compose-engine.sh
. scripts/compose-engine.sh

# Sends one request and keeps the answer in $work/answer; fails unless the status is the one that is wanted.
ask() {
    local wanted=$1 path=$2 got
    got=$(curl --silent --location --output "$work/answer" --write-out '%{http_code}' "$url$path" "${@:3}")
    [ "$got" = "$wanted" ] || fail "$path answered $got and not $wanted: $(head -c 300 "$work/answer")"
}
field() {
    grep -o "\"$1\":\"[^\"]*\"" "$work/answer" | head -n 1 | cut -d '"' -f 4
}
json='content-type: application/json'
who='"email": "grace@example.org", "password": "a quiet harbour at dawn"'
sign_in() {
    ask 200 /v1/auth/login --header "$json" --data "{$who}"
    signed_in="authorization: Bearer $(field access_token)"
}

up=yes
scripts/compose-up.sh >"$work/up" 2>"$work/up.log" || { cat "$work/up.log" >&2 && fail "it did not come up"; }
grep -qF "$url" "$work/up" || fail "compose-up did not say where it is"
setup=$(sed -n 's/.*#setup=//p' "$work/up")
[ -n "$setup" ] || fail "compose-up printed no set-up link"
ask 200 /v1/auth/invitation --header "$json" --data "{\"code\": \"$setup\", \"given_name\": \"Grace\", \"family_name\": \"Hopper\", $who}"
sign_in
base64 --decode >"$work/red.png" <<'PNG'
iVBORw0KGgoAAAANSUhEUgAAADAAAAAgCAIAAADbtmxLAAAAMUlEQVR42u3OQQkAAAgEsItjCPtjLFuIj8ECLNP1SoSEhISEhISEhISEhISEhISELi0OYAhqyqxAPAAAAABJRU5ErkJggg==
PNG
ask 201 /v1/users/me/images --header "$signed_in" --header 'content-type: image/png' --data-binary @"$work/red.png"

# One process stops while people work; the other takes what comes.
compose stop muster-1 >/dev/null 2>&1 &
stopping=$!
asked=0
while kill -0 "$stopping" 2>/dev/null; do
    asked=$((asked + 1))
    ask 201 /v1/users --header "$signed_in" --header "$json" \
        --data "{\"given_name\": \"Ada\", \"family_name\": \"Lovelace\", \"email\": \"ada$asked@example.org\"}"
    ask 200 /v1/users/me/avatar --header "$signed_in"
done
wait "$stopping"
code=$(docker inspect --format '{{.State.ExitCode}}' "$(compose ps --all --quiet muster-1)")
[ "$code" = 0 ] || fail "muster-1 ended with $code"
[ "$asked" -gt 10 ] || fail "only $asked requests were sent meanwhile"

# Everything stops, and is there again with what it knew.
scripts/compose-down.sh >"$work/down.log" 2>&1 || { cat "$work/down.log" >&2 && fail "it did not go down"; }
scripts/compose-up.sh >"$work/up" 2>"$work/up.log" || { cat "$work/up.log" >&2 && fail "it did not come up again"; }
! grep -q 'setup=' "$work/up" || fail "compose-up printed a set-up link, and somebody is there"
sign_in
ask 200 /v1/users/me/avatar --header "$signed_in"

VOLUMES=1 scripts/compose-down.sh >"$work/down.log" 2>&1 || { cat "$work/down.log" >&2 && fail "it did not go down"; }
up=
left=$(docker volume ls --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")
[ -z "$left" ] || fail "these volumes are left: $left"
echo "compose: healthy, used, one process stopped during $((2 * asked)) requests without one lost, started again with its data, deleted"
