#!/usr/bin/env bash
# Stops the production shape. Its data stays, unless VOLUMES=1 asks to delete it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/compose-engine.sh
. scripts/compose-engine.sh

arguments=(--remove-orphans)
[ -z "${VOLUMES:-}" ] || arguments+=(--volumes)
compose down "${arguments[@]}"
