#!/usr/bin/env bash
# Fuzzes every reader and the analysis: fuzz.sh SECONDS [TARGET ...], each target for SECONDS in turn.
# Inputs that a run has learnt from are kept in .build/fuzz/corpus, findings in .build/fuzz/findings; a finding ends
# with status 1. Put what was found into Fixtures/hostile, where a test reads every file.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:?usage: fuzz.sh SECONDS [TARGET ...]}
shift
targets=("${@:-onnx}")
[ $# -gt 0 ] || targets=(onnx text analysis tensor numpy)

scratch=.build/fuzz
fuzzer=$scratch/fuzzer
export ASSAY_FUZZ=1
swift build --scratch-path $scratch -c release --sanitize fuzzer --target Fuzz >&2
# The package manager links no program whose main function is libFuzzer's.
swiftc -sanitize=fuzzer -o $fuzzer $(find $scratch/release/*.build -name '*.o')

seeds() {
  case $1 in
    onnx | analysis) find Fixtures -name '*.onnx' -size -128k ;;
  esac
  case $1 in
    text | analysis) find Fixtures/operators -name '*.onnxtxt' ;;
  esac
  case $1 in
    onnx) find Fixtures/hostile -name '*.onnx' ;;
    text) find Fixtures/hostile -name '*.onnxtxt' ;;
    analysis) find Fixtures/hostile -name '*.onnx*' ;;
    numpy) find Fixtures/hostile -name '*.npy' ;;
    tensor) find Fixtures/hostile -name '*.pb' ;;
  esac
}

limits=(-timeout=2 -rss_limit_mb=512)
status=0
for target in "${targets[@]}"; do
  corpus=$scratch/corpus/$target
  findings=$scratch/findings/$target
  mkdir -p "$corpus" "$findings"
  seeds "$target" | while read -r seed; do cp "$seed" "$corpus/"; done
  [ "$target" != numpy ] || printf "\x93NUMPY\x01\x00\x46\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }            \n12345678" >"$corpus/vector"
  [ "$target" != tensor ] || printf '\x00\x08\x02\x10\x01\x4a\x08abcdefgh' >"$corpus/tensor"
  echo "== $target" >&2
  export ASSAY_FUZZ_TARGET=$target
  $fuzzer "$corpus" -artifact_prefix="$findings/" -max_total_time="$seconds" "${limits[@]}" \
    -max_len=131072 -print_final_stats=1 -verbosity=0 -close_fd_mask=1 || true
  # A machine that was busy elsewhere makes an input look slow: a finding is one only if it happens again.
  for finding in "$findings"/*; do
    [ -e "$finding" ] || continue
    if $fuzzer "${limits[@]}" "$finding" 2>/dev/null; then rm "$finding"; else status=1; fi
  done
done
exit $status
