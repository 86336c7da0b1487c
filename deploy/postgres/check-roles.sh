#!/usr/bin/env bash
# Shows on a real PostgreSQL that the roles are what roles.sql and grants.sql say: what Muster may do, what it may not,
# and that this survives a migration down and up and a table that is made later. Wants the server's programs.
set -euo pipefail
cd "$(dirname "$0")/../.."

programs=$(command -v initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" | sort --version-sort | tail -n 1)
programs=$(dirname "$(readlink --canonicalize "$programs")")
work=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
# The server refuses root.
as=()
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$work"
    as=(runuser -u postgres --)
fi
finish() {
    local outcome=$?
    trap - EXIT
    "${as[@]}" "$programs/pg_ctl" --pgdata "$work/data" --mode immediate --silent stop >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$outcome"
}
trap finish EXIT

"${as[@]}" "$programs/initdb" --pgdata "$work/data" --username postgres --auth-local trust --encoding UTF8 \
    --locale C.UTF-8 --no-sync >"$work/initdb.log" 2>&1
"${as[@]}" "$programs/pg_ctl" --pgdata "$work/data" --log "$work/server.log" --silent --wait \
    --options "-c listen_addresses= -c unix_socket_directories=$work -c fsync=off" start
export PGHOST=$work PGDATABASE=muster PGOPTIONS='-c client_min_messages=warning'
psql=("$programs/psql" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1)

run() {
    "${psql[@]}" --username "$1" "${@:2}"
}
may() {
    run muster_app --command "$1" >/dev/null || { echo "muster_app should be allowed to: $1" >&2 && exit 1; }
}
may_not() {
    local said
    if said=$(run muster_app --command "$1" 2>&1) || [[ $said != *"permission denied"* ]]; then
        echo "muster_app should be denied to: $1 (the answer was: $said)" >&2
        exit 1
    fi
}
# As diesel's harness does it: its own table, and each migration in a transaction.
migrate() {
    run muster_owner --command 'CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
        version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)'
    for folder in "$@"; do
        run muster_owner --single-transaction --file "$folder"
    done
}
ups=(migrations/postgres/*/up.sql)
mapfile -t downs < <(printf '%s\n' migrations/postgres/*/down.sql | sort --reverse)
trail="INSERT INTO audit (at, principal, request_id, action, user_id, changes)
    VALUES (now(), 'system', 'r', 'user.registered', gen_random_uuid(), '[]')"
seal="INSERT INTO audit_seals (number, encoding, first_seq, last_seq, row_count, sealed_at, rows_digest, digest)
    VALUES (1, 1, 1, 1, 1, now(), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))"
# As Muster asks it: who is writing the trail, and what keeps this user from changing it.
writers="SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'audit'::regclass"
rights() {
    run muster_owner --command "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)
        FROM information_schema.role_table_grants WHERE grantee = 'muster_app' GROUP BY table_name ORDER BY table_name"
}

run postgres --dbname postgres --command 'CREATE DATABASE muster'
POSTGRES_OWNER_PASSWORD=owner POSTGRES_APP_PASSWORD=app run postgres --file deploy/postgres/roles.sql

# Before grants.sql: too little, and never too much.
migrate "${ups[@]}"
may "$trail"
may_not 'UPDATE audit SET action = action'
may_not "DELETE FROM leases"

run muster_owner --file deploy/postgres/grants.sql
may "$trail"
may 'SELECT count(*) FROM audit'
may "$seal"
may 'SELECT count(*) FROM audit_seals'
may "$writers"
may "INSERT INTO outbox (kind, user_id, at, request_id, due_at) VALUES ('k', gen_random_uuid(), now(), 'r', now())"
may 'UPDATE outbox SET attempts = attempts + 1'
may 'SELECT seq FROM outbox FOR UPDATE SKIP LOCKED'
may 'DELETE FROM outbox'
may "SELECT 1 FROM users WHERE search_text LIKE '%ada%'"
may 'SELECT version FROM __diesel_schema_migrations'
may 'SELECT pg_try_advisory_lock(1)'
may_not 'UPDATE audit SET action = action'
may_not 'DELETE FROM audit'
may_not 'TRUNCATE audit'
may_not 'UPDATE audit_seals SET digest = digest'
may_not 'DELETE FROM audit_seals'
may_not 'TRUNCATE audit_seals'
may_not 'TRUNCATE users'
may_not "INSERT INTO __diesel_schema_migrations (version) VALUES ('x')"
may_not 'CREATE TABLE mine (id int)'
may_not 'CREATE TEMPORARY TABLE mine (id int)'
may_not 'CREATE SCHEMA mine'
for table in audit audit_seals; do
    said=$(run muster_app --command "ALTER TABLE $table DISABLE TRIGGER ALL" 2>&1 || true)
    [[ $said == *"must be owner"* ]] || { echo "muster_app should not own $table: $said" >&2 && exit 1; }
done

# Down and up again, and a table of a later version: the same rights for the same tables.
before=$(rights)
migrate "${downs[@]}"
migrate "${ups[@]}"
may_not 'UPDATE audit SET action = action'
may_not 'DELETE FROM audit_seals'
run muster_owner --command 'CREATE TABLE later (id int)'
may 'INSERT INTO later VALUES (1)'
may_not 'DELETE FROM later'
run muster_owner --file deploy/postgres/grants.sql
may 'DELETE FROM later'
run muster_owner --command 'DROP TABLE later'
after=$(rights)
[ "$before" = "$after" ] || { diff <(echo "$before") <(echo "$after") >&2 && exit 1; }
echo "the roles of PostgreSQL $("$programs/postgres" --version | grep -oE '[0-9]+' | head -n 1): $(wc -l <<<"$after") tables as they should be"
