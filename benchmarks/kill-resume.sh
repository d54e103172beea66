#!/bin/bash
# Kills extractions at random moments, resumes them, and compares every file with that of an uninterrupted run.
# Run by hand: benchmarks/kill-resume.sh PROGRAM FOLDER [KILLS]. PROGRAM is a published conceptexpress or "dotnet .../conceptexpress.dll".
# FOLDER is a new folder. KILLS is the number of kills per preset (default 10).
# Needs permission to mount a small tmpfs, which serves as the full disk. Prints Markdown.
set -u
program=$1 folder=$2 kills=${3:-10}
here=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$folder"
RANDOM=15

extract() { # preset, output, more options
    local preset=$1 output=$2
    shift 2
    local length=(--steps 40)
    [ "$preset" = express ] && length=(--max-concepts 2)
    exec $program extract "$here/samples/toybox-01.png" --preset "$preset" "${length[@]}" --sample-every 10 --save-minutes 0.05 --threads 2 --output "$output" "$@"
}

# Prints the last phase that the log of standard error names.
phase() { grep -oE '^(Load|Locate|Search words|Learn split tokens|Learn merged tokens|Draw previews)' "$1" | tail -1; }

same() { diff -rq "$1" "$2" | grep -vE '/(run\.json|metrics\.csv|training\.png) ' >/dev/null && echo no || { [ "$(ls -A "$1")" = "$(ls -A "$2")" ] && echo yes || echo no; }; }

now() { date +%s.%N; }

resumed() { # preset, output, log: resumes, or starts again if the kill came before the first state
    if [ -e "$2/.unfinished/extraction.json" ]; then (extract "$1" "$2" --resume) >"$3" 2>&1; else rm -rf "$2"; (extract "$1" "$2") >"$3" 2>&1; fi
}

echo "| preset | what | after, s | phase | exit code | resumed | same bytes |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
for preset in paper express; do
    whole=$folder/$preset
    begun=$(now)
    (extract $preset "$whole") >"$whole.log" 2>&1
    seconds=$(echo "$(now) - $begun" | bc)
    printf '| %s | uninterrupted | %.0f | | 0 | | |\n' $preset "$seconds"
    for i in $(seq "$kills") TERM full; do
        output=$folder/$preset-$i log=$folder/$preset-$i.log
        after=$(echo "$seconds * $RANDOM / 32768" | bc -l)
        [ "$i" = TERM ] || [ "$i" = full ] && after=$(echo "$seconds * 0.8" | bc -l)
        place=$output
        if [ "$i" = full ]; then mkdir -p "$output" && mount -t tmpfs -o size=2m tmpfs "$output" && place=$output/out && mkdir "$place"; fi
        (extract $preset "$place") >"$log" 2>&1 &
        pid=$!
        if [ "$i" = full ]; then
            while [ ! -e "$place/.unfinished/learning.safetensors" ] && kill -0 $pid 2>/dev/null; do sleep 0.1; done
            dd if=/dev/zero of="$output/filler" bs=64k >/dev/null 2>&1
            what="full disk"
        else
            sleep "$after"
            if [ "$i" = TERM ]; then kill -TERM $pid && what=SIGTERM; else kill -9 $pid && what="kill -9"; fi
        fi
        wait $pid 2>/dev/null
        code=$?
        at=$(phase "$log")
        [ "$i" = full ] && rm "$output/filler" && after=0
        how=$([ -e "$place/.unfinished/extraction.json" ] && echo yes || echo "anew")
        resumed $preset "$place" "$log.resumed"
        last=$?
        printf '| %s | %s | %s | %s | %s | %s, %s | %s |\n' $preset "$what" "$([ "$i" = full ] && echo "first state" || printf %.1f "$after")" "$at" $code "$how" $last "$(same "$whole" "$place")"
        [ "$i" = full ] && umount "$output"
    done
done
