#!/usr/bin/env bash
# Prints how many cases of each contract suite run over each adapter and decorator; fails where they are not equal.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo nextest list --locked --workspace --message-format oneline 2>/dev/null | python3 scripts/count-contracts.py
