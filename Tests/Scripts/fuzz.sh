#!/usr/bin/env bash
# Fuzzes every reader and the analysis: fuzz.sh SECONDS [TARGET ...], the time shared equally among the targets (all of them
# where none is named). Inputs that a run has learnt from are kept in .build/fuzz/corpus, findings in .build/fuzz/findings; a
# finding ends with status 1. Put what was found into Fixtures/hostile, where a test reads every file.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:?usage: fuzz.sh SECONDS [TARGET ...]}
shift

scratch=.build/fuzz
fuzzer=$scratch/fuzzer
export ASSAY_FUZZ=1
swift build --scratch-path $scratch -c release --sanitize fuzzer --target Fuzz >&2
# The package manager links no program whose main function is libFuzzer's.
objects=()
while read -r object; do
  module=$(basename "${object%%.build/*}")
  # What is left of a file that is gone is not linked.
  [ -z "$(find "Sources/$module" -name "$(basename "$object" .o)" -print -quit)" ] || objects+=("$object")
done < <(find $scratch/release/*.build -name '*.o')
swiftc -sanitize=fuzzer -o $fuzzer "${objects[@]}"

# The fuzzer's own list: a target and the endings of its seeds on each line.
declare -A endings
names=()
while read -r name ends; do
  endings[$name]=$ends
  names+=("$name")
done < <($fuzzer)
targets=("$@")
[ $# -gt 0 ] || targets=("${names[@]}")

limits=(-timeout=2 -rss_limit_mb=512)
share=$((seconds / ${#targets[@]}))
[ $share -gt 0 ] || share=1
status=0
for target in "${targets[@]}"; do
  corpus=$scratch/corpus/$target
  findings=$scratch/findings/$target
  mkdir -p "$corpus" "$findings"
  for ending in ${endings[$target]?there is no target $target}; do
    find Fixtures -name "*$ending" -size -128k -exec cp {} "$corpus/" \;
  done
  echo "== $target" >&2
  export ASSAY_FUZZ_TARGET=$target
  $fuzzer "$corpus" -artifact_prefix="$findings/" -max_total_time=$share "${limits[@]}" \
    -max_len=131072 -print_final_stats=1 -verbosity=0 -close_fd_mask=1 || true
  # A machine that was busy elsewhere makes an input look slow: a finding is one only if it happens again.
  for finding in "$findings"/*; do
    [ -e "$finding" ] || continue
    if $fuzzer "${limits[@]}" "$finding" 2>/dev/null; then rm "$finding"; else status=1; fi
  done
done
exit $status
