#!/usr/bin/env bash
# Guards the engine's speed: counts the instructions of an event of the reference models, which repeat to a tenth of a per cent
# however busy the machine is, and holds them against the numbers recorded in instructions.txt, with a margin of 10 %.
#
#   tests/bench/instructions.sh [target/release/kezek]
#
# More than the margin above the record fails. More than the margin below says that the record should be brought up to date.
# The numbers belong to a release build of the toolchain in Cargo.toml; another compiler may need a new record.
set -euo pipefail
kezek=$(realpath "${1:-$(dirname "$0")/../../target/release/kezek}")
cd "$(dirname "$0")"
margin=10

# Instructions and events of one run.
count() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$kezek" bench once --model "$1" --how "$2" --size "$3" 2>&1 |
    sed -n -E 's/^([0-9]+) events$/\1/p; s/.*Collected : ([0-9]+).*/\1/p'
}

failed=0
while read -r model how recorded; do
  # What two sizes share (start, compilation, tables) falls out of the difference.
  { read -r events_small; read -r small; } < <(count "$model" "$how" 2000)
  { read -r events_large; read -r large; } < <(count "$model" "$how" 8000)
  each=$(((large - small) / (events_large - events_small)))
  verdict=ok
  if ((each * 100 > recorded * (100 + margin))); then
    verdict="too many: the engine has become slower"
    failed=1
  elif ((each * 100 < recorded * (100 - margin))); then
    verdict="fewer than recorded: bring instructions.txt up to date"
  fi
  echo "model $model, $how: $each instructions an event, recorded $recorded: $verdict"
done < <(grep -v '^#' instructions.txt)
exit $failed
