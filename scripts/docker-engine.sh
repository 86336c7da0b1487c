# shellcheck shell=bash
# A Docker engine of one's own for the time of a script, on a Debian or Ubuntu machine and by root. It keeps its data in
# a folder that is given, has no network of its own, and changes nothing of the machine's. Read by scripts, not run.

engine=
engine_folder=
# Why there is none, for whoever reads this.
engine_lacks=

# Starts an engine in a folder, and points DOCKER_HOST to it.
start_engine() {
    engine_folder=$1
    if [ "$(id -u)" -ne 0 ]; then
        engine_lacks="only root may start one"
        return 1
    fi
    if ! command -v dockerd >/dev/null; then
        if ! command -v apt-get >/dev/null || ! scripts/install-system-packages docker.io >&2; then
            engine_lacks="docker.io cannot be installed"
            return 1
        fi
    fi
    export DOCKER_HOST=unix://$engine_folder/docker.sock
    local driver
    for driver in overlay2 vfs; do
        if engine_starts_with "$driver"; then
            return 0
        fi
    done
    engine_lacks="dockerd says: $(tail -n 1 "$engine_folder/dockerd.log")"
    return 1
}

engine_starts_with() {
    dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver="$1" \
        --data-root "$engine_folder/data" --exec-root "$engine_folder/exec" --pidfile "$engine_folder/docker.pid" \
        -H "$DOCKER_HOST" >"$engine_folder/dockerd.log" 2>&1 &
    engine=$!
    for _ in $(seq 1 150); do
        if scripts/docker-answers; then
            return 0
        fi
        kill -0 "$engine" 2>/dev/null || break
        sleep 0.2
    done
    stop_engine
    rm -rf "$engine_folder/data" "$engine_folder/exec"
    return 1
}

# Stops the engine that was started, with what still runs in it. Leaves no mount either: dockerd keeps the namespace of
# the machine's network mounted when it ends.
stop_engine() {
    [ -n "$engine" ] || return 0
    docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes >/dev/null 2>&1 || true
    if kill "$engine" 2>/dev/null; then
        wait "$engine" || true
    fi
    engine=
    findmnt --raw --noheadings --output TARGET | { grep -F "$engine_folder/" || true; } | sort --reverse |
        xargs --no-run-if-empty umount
}

# Whether images can be fetched. 401 is how a registry greets strangers.
registry_answers() {
    [ "$(curl --silent --max-time 10 --output /dev/null --write-out '%{http_code}' "https://$1/v2/" || true)" = 401 ]
}
