#!/usr/bin/env bash
# The production shape on this machine: builds the image, starts everything, waits until it is healthy, and says where
# it is. Safe to run again: what runs and is up to date stays as it is.
#
# ENV_FILE=path holds the values (default deploy/compose.env, whose secrets are public); BUILD=no takes the image
# muster:local as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/compose-engine.sh
. scripts/compose-engine.sh

build=--build
[ "${BUILD:-}" != no ] || build=--no-build
compose up "$build" --detach --wait --wait-timeout 600 --remove-orphans

address=$(compose port proxy 8080)
echo "muster answers on http://$address (two processes behind a proxy)"
# Each start of an empty installation prints one, and voids the one before.
link=$(compose logs --no-log-prefix --timestamps muster-1 muster-2 | grep -F 'set-up link: ' | sort | tail -n 1 | sed 's/.*set-up link: //' || true)
if [ -n "$link" ] && [ "$(count_of_people)" = 0 ]; then
    echo "nobody is here yet. Open this link, which works once, to become the first admin:"
    echo "$link"
fi
