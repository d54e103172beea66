#!/bin/bash
# Compares the estimates of five extractions with what they took, and prints a Markdown table (docs/experiments/0032-estimates.md).
# Run by hand, on a machine that does nothing else: benchmarks/estimates.sh FOLDER [CONFIGURATION...]
# FOLDER keeps the results and a random checkpoint of 2.6 GB. Configurations: toybox-express, toybox-paper, many-concepts, sd21-fp32, sd21-bf16
# (all of them by default). PROGRAM is the program to measure; by default it is built.
set -eu
folder=$1
shift
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- toybox-express toybox-paper many-concepts sd21-fp32 sd21-bf16
mkdir -p "$folder"
if [ -z "${PROGRAM:-}" ]; then
    dotnet build -c Release -v quiet "$here/src/ConceptExpress.Cli" >&2
    PROGRAM="dotnet $here/artifacts/bin/ConceptExpress.Cli/release/conceptexpress.dll"
fi

masks() { # number: masks of samples, as if one picture had them all
    local target=$folder/masks-$1 count=0
    [ ! -d "$target" ] || return 0
    mkdir -p "$target.new"
    for sample in "$here"/samples/toybox-*.png; do
        [ -d "$folder/located/$(basename "$sample")" ] ||
            $PROGRAM localize "$sample" --output "$folder/located/$(basename "$sample")" >/dev/null 2>&1
        for mask in "$folder/located/$(basename "$sample")"/masks/*.png; do
            [ "$count" -lt "$1" ] || break 2
            cp "$mask" "$target.new/mask$count.png"
            count=$((count + 1))
        done
    done
    mv "$target.new" "$target"
}

checkpoint() {
    [ -e "$folder/sd21/model_index.json" ] || dotnet run -c Release --project "$here/benchmarks/ConceptExpress.Benchmarks" -- fp32 "$folder/sd21" >&2
}

measured() { # name, options: one run, one row
    local name=$1 run=$folder/$1
    shift
    rm -rf "$run"
    $PROGRAM extract "$here/samples/toybox-01.png" --output "$run" "$@" >"$run.log" 2>&1 || { cat "$run.log" >&2; exit 1; }
    awk -v name="$name" '
        /"estimate"/ { estimated = 1 }
        /"seconds"/ { inside = 1; next }
        inside && /}/ { inside = 0 }
        inside && !/"load"/ { split($0, field, ":"); seconds[estimated + 0] += field[2] }
        /"concepts"/ { split($0, field, ":"); concepts = field[2] + 0 }
        /"peakMemoryBytes"/ { split($0, field, ":"); bytes[estimated + 0] = field[2] }
        END { printf "| %s | %d | %.0f s | %.0f s | %+.0f %% | %.2f GB | %.2f GB | %+.0f %% |\n", name, concepts, seconds[1], seconds[0],
              100 * (seconds[1] / seconds[0] - 1), bytes[1] / 1e9, bytes[0] / 1e9, 100 * (bytes[1] / bytes[0] - 1) }' "$run/run.json"
}

echo "| configuration | concepts | estimated time | time | difference | estimated memory | peak memory | difference |"
echo "|---|---|---|---|---|---|---|---|"
for configuration in "$@"; do
    case $configuration in
    toybox-express) measured "$configuration" --preset express ;;
    toybox-paper) measured "$configuration" --preset paper --steps 30 ;;
    many-concepts) masks 12; measured "$configuration" --preset paper --steps 10 --masks "$folder/masks-12" ;;
    sd21-*) checkpoint; masks 1
        measured "$configuration" --model "$folder/sd21" --precision "${configuration#sd21-}" --preset paper --steps 3 --merge-step 1 \
            --split-tokens 2 --previews 0 --masks "$folder/masks-1" ;;
    *) echo "there is no configuration $configuration" >&2; exit 2 ;;
    esac
done
