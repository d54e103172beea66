#!/usr/bin/env bash
# Adds the public members that are new to src/*/PublicAPI.Unshipped.txt. Look at the difference before you commit it: what stands there is a promise.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet build -c Release -v quiet --no-incremental src/ConceptExpress -p:TreatWarningsAsErrors=false >"$log" || true
grep -E "warning RS0016: Symbol '.*' is not part of the declared public API" "$log" | sort -u |
    sed -E "s/.*warning RS0016: Symbol '(.*)' is not part of the declared public API.*\[(.*)\/[^/]*\.csproj\]$/\2\t\1/" |
    while IFS=$'\t' read -r project member; do echo "$member" >>"$project/PublicAPI.Unshipped.txt"; done
for file in src/*/PublicAPI.Unshipped.txt; do
    { echo '#nullable enable'; grep -v '^#' "$file" | LC_ALL=C sort -u; } >"$file.new" || true
    mv "$file.new" "$file"
done
git --no-pager diff --stat -- 'src/*/PublicAPI.*.txt'
