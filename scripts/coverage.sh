#!/usr/bin/env bash
# Line coverage per crate. domain and application hold the rules: below 90 % there is a failure.
# cargo-llvm-cov where the toolchain has llvm-tools, else cargo-tarpaulin, which needs nothing beside itself.
set -euo pipefail
cd "$(dirname "$0")/.."
least=90
gated="domain application"
out=coverage
mkdir -p "$out"
scripts/install-system-packages

llvm_tools="$(rustc --print target-libdir)/../bin/llvm-profdata"
if [ -x "$llvm_tools" ]; then
    scripts/install-tool cargo-llvm-cov
    cargo llvm-cov --locked --workspace --lcov --output-path "$out/lcov.info"
else
    echo "llvm-tools are not here: measuring with cargo-tarpaulin"
    scripts/install-tool cargo-tarpaulin
    cargo tarpaulin --locked --workspace --engine llvm --follow-exec --skip-clean --timeout 900 \
        --target-dir "${CARGO_TARGET_DIR:-target}/coverage" --out Lcov --output-dir "$out"
fi

# lcov: SF names a file, each DA is `line,hits`. Tests do not count as code: files of tests, and what stands below
# `#[cfg(test)] mod tests` at the end of a file.
awk -v least="$least" -v gated="$gated" '
    /^SF:/ { crate = ""; if (match($0, /crates\/[^\/]+\/src\//)) { split(substr($0, RSTART), part, "/"); crate = part[2] }
             if ($0 ~ /_tests?\.rs$|\/tests?(\.rs$|\/)/) crate = ""
             if (crate != "") tests = tests_begin(substr($0, 4)) }
    /^DA:/ && crate != "" { split(substr($0, 4), hit, ","); if (hit[1] + 0 < tests) { lines[crate]++; if (hit[2] > 0) covered[crate]++ } }
    function tests_begin(file,    text, number, marked) {
        while ((getline text < file) > 0) {
            number++
            if (text ~ /^#\[cfg\(test\)\]/) marked = number
            else if (marked && text ~ /^(pub )?mod [a-z_]+ \{/) { close(file); return marked }
            else if (text !~ /^#\[/) marked = 0
        }
        close(file)
        return number + 1
    }
    END {
        for (crate in lines) {
            share = 100 * covered[crate] / lines[crate]
            printf "%-20s %6.1f %%  (%d of %d lines)\n", crate, share, covered[crate], lines[crate] | "sort"
        }
        close("sort")
        count = split(gated, must, " ")
        for (i = 1; i <= count; i++) {
            share = lines[must[i]] ? 100 * covered[must[i]] / lines[must[i]] : 0
            if (share < least) { printf "%s has %.1f %%, at least %d %% is asked\n", must[i], share, least; bad = 1 }
        }
        exit bad
    }' "$out/lcov.info"
