#!/usr/bin/env bash
# The database suites on servers in containers, through testcontainers, so that this way of finding servers does not rot.
#
# Where no Docker engine answers, one is started for the run on a Debian or Ubuntu machine by root, with a data folder
# of its own and no network of its own (nothing of the machine's is changed for it), and stopped again. Where no registry
# can be reached either, small images are made from Debian packages under the names that testcontainers asks for.
# Where none can be started, that is said in one line and counts as skipped.
#
# usage: scripts/test-docker.sh [arguments of cargo nextest run]
set -euo pipefail
cd "$(dirname "$0")/.."

work=
engine=
finish() {
    local outcome=$?
    trap - EXIT
    if [ -n "$engine" ]; then
        docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes >/dev/null 2>&1 || true
        stop_engine
    fi
    [ -z "$work" ] || rm -rf "$work"
    exit "$outcome"
}
trap finish EXIT

skip() {
    echo "skipped: 1, the database suites on Docker: no engine answers and none can be started: $*"
    exit 0
}

# Also leaves no mount: dockerd keeps the namespace of the machine's network mounted when it ends.
stop_engine() {
    kill "$engine" 2>/dev/null && wait "$engine" || true
    engine=
    findmnt --raw --noheadings --output TARGET | { grep -F "$work/" || true; } | sort --reverse | xargs --no-run-if-empty umount
}

start_engine() {
    [ "$(id -u)" -eq 0 ] || skip "only root may"
    if ! command -v dockerd >/dev/null; then
        command -v apt-get >/dev/null || skip "this is no Debian or Ubuntu"
        scripts/install-system-packages docker.io >&2 || skip "docker.io cannot be installed"
    fi
    export DOCKER_HOST=unix://$work/docker.sock
    local driver try
    for driver in overlay2 vfs; do
        dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver="$driver" \
            --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/docker.pid" -H "$DOCKER_HOST" \
            >"$work/dockerd.log" 2>&1 &
        engine=$!
        for try in $(seq 1 150); do
            if scripts/docker-answers; then
                echo "a Docker engine was started for this run, with $driver"
                return
            fi
            kill -0 "$engine" 2>/dev/null || break
            sleep 0.2
        done
        stop_engine
        rm -rf "$work/data" "$work/exec"
    done
    skip "dockerd says: $(tail -n 1 "$work/dockerd.log")"
}

# Everything that the two servers need, from nothing: the machine's own packages do not count, and none is installed.
unpack_packages() {
    local root=$1 package
    mkdir -p "$work/packages/partial" "$root"
    : >"$work/status"
    apt-get update -qq
    apt-get install -y -qq --download-only --no-install-recommends -o Dir::State::status="$work/status" \
        -o Dir::Cache::archives="$work/packages" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
        postgresql redis-server dash coreutils >/dev/null
    for package in "$work"/packages/*.deb; do
        case ${package##*/} in
        # Of no use to a server: compilers of queries, maintainers' scripts, translations.
        libllvm* | libz3* | perl* | libperl* | *-perl_* | locales_* | libc-l10n_*) ;;
        *) dpkg --extract "$package" "$root" ;;
        esac
    done
    rm -rf "$root"/usr/share/{doc,locale,man,info} "$root"/usr/lib/postgresql/*/lib/{llvmjit.so,bitcode}
    mkdir -p "$root"/{tmp,run,proc,sys,dev,data,var/lib/postgresql/data}
    chmod 1777 "$root/tmp"
    printf 'root:x:0:0::/:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n' >"$root/etc/passwd"
    chown -R 999:999 "$root/var/lib/postgresql" "$root/data"
}

# What the entry point of the official image does, as far as our tests ask for it.
write_entry_point() {
    cat >"$1" <<'ENTRY'
#!/bin/sh
set -e
case ${1:-} in -*) set -- postgres "$@" ;; esac
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    umask 077
    echo "$POSTGRES_PASSWORD" >/tmp/password
    initdb --username="${POSTGRES_USER:-postgres}" --pwfile=/tmp/password --encoding=UTF8 --locale=C.UTF-8 --no-sync
    rm /tmp/password
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    printf "listen_addresses = '*'\nunix_socket_directories = '/tmp'\n" >>"$PGDATA/postgresql.conf"
    # The official image prepares its databases like this, and whoever waits for two starts gets two.
    pg_ctl --wait --options="-c listen_addresses=''" start
    pg_ctl --wait stop
fi
exec "$@"
ENTRY
    chmod 755 "$1"
}

make_images() {
    local root=$work/root programs
    command -v apt-get >/dev/null || skip "there are no images and no registry, and this is no Debian or Ubuntu"
    unpack_packages "$root"
    write_entry_point "$root/entrypoint"
    programs=$(cd "$root" && ls -d usr/lib/postgresql/*/bin | sort --version-sort | tail -n 1)
    tar --create --directory "$root" . | docker import \
        --change "ENV PATH=/$programs:/usr/bin:/bin" --change 'ENV PGDATA=/var/lib/postgresql/data' \
        --change 'USER 999:999' --change 'EXPOSE 5432' --change 'ENTRYPOINT ["/entrypoint"]' \
        --change 'CMD ["postgres"]' - "postgres:$(tag POSTGRES_TAG)" >/dev/null
    tar --create --directory "$root" . | docker import --change 'USER 999:999' --change 'EXPOSE 6379' \
        --change 'WORKDIR /data' --change 'CMD ["redis-server"]' - "redis:$(tag REDIS_TAG)" >/dev/null
    rm -rf "$root" "$work/packages"
    echo "images were made from Debian packages: postgres:$(tag POSTGRES_TAG) redis:$(tag REDIS_TAG)"
}

tag() {
    sed -n "s/^const $1: &str = \"\(.*\)\";/\1/p" crates/testkit/src/servers/docker.rs
}

if scripts/docker-answers; then
    echo "a Docker engine answers"
else
    work=$(mktemp -d)
    start_engine
    # 401 is how a registry greets strangers.
    if [ "$(curl --silent --max-time 10 --output /dev/null --write-out '%{http_code}' https://registry-1.docker.io/v2/ || true)" != 401 ]; then
        make_images
    fi
fi

export TEST_SERVERS=docker
if [ $# -eq 0 ]; then
    set -- --package testkit --package adapter-postgres --package adapter-redis
fi
# shellcheck source=scripts/tools.env
. scripts/tools.env
if cargo nextest --version 2>/dev/null | grep -qF "$CARGO_NEXTEST_VERSION"; then
    cargo nextest run --locked --no-fail-fast "$@"
else
    cargo test --locked --no-fail-fast "$@"
fi
