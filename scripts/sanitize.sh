#!/bin/sh
# Builds the program anew with a sanitizer, runs its commands, and ends with 1 where it has found something.
#
# thread   data races, in Swift and C, of the program, its worker threads and its plugins' processes
# address  reads and writes outside of memory, in Swift's unsafe parts, C and the libraries that they call
#
# Not the tests: many open plugins that were built with them, which a sanitizer in the program cannot serve, and those
# of memory and preloaded libraries need what a sanitizer takes.
#
# Each has a folder of its own below .build, with its log. SWIFT_BACKTRACE is off: Swift's own report of a crash waits
# for a process that the address sanitizer has stopped, and neither ends.
set -u
export SWIFT_BACKTRACE=enable=no

failed=0

# Runs brhost's own commands: what uses threads, shared memory and C. $1: the folder of the build.
commands() {
  brhost="$1/release/brhost"
  folder=$(mktemp -d)
  # Plugins find nothing of the program's, a sanitizer neither: those of the plain build.
  mkdir "$folder/plugins"
  for library in .build/release/*.so; do
    if grep -q br_manifest_v1 "$library"; then cp "$library" "$folder/plugins"; fi
  done
  export BRHOST_PLUGIN_PATH="$folder/plugins"
  small="--dataset digits-lt --threads 4 --num-workers 3 --batch-size 64"
  state="--strategy gamma-threshold --set temp=6.4 --set history=mean"
  # shellcheck disable=SC2086 # one word an option
  for line in \
    "train $small $state --model mlp --epochs 2 --validation 0.2 --checkpoint-every steps:2 --run-dir $folder/mlp" \
    "doctor $folder/mlp" \
    "train $small $state --model resnet8 --steps 2 --gradient-source network --run-dir $folder/resnet" \
    "train $small $state --model mlp --steps 40 --isolate --record $folder/trace --run-dir $folder/isolated" \
    "eval --weights $folder/mlp/weights.safetensors --threads 4 --predictions $folder/predictions.npz" \
    "plugin replay --trace $folder/trace --strategy gamma-threshold --isolate --picture $folder/trace.svg" \
    "compare $small --model mlp --epochs 2 --strategies erm,gamma-threshold,l2rw --seeds 1-2 --jobs 2 --out $folder/compare" \
    "compare status $folder/compare" \
    "report $folder/compare --csv $folder/r.csv --markdown $folder/r.md --latex $folder/r.tex --json $folder/r.json" \
    "report $folder/mlp $folder/isolated --svg $folder/report.svg --html $folder/report.html" \
    "data info digits-lt --picture $folder/samples.png" \
    "plugin list"; do
    echo "brhost $line"
    timeout -k 3 300 "$brhost" $line 2>&1 || echo "sanitize: status $? of brhost $line"
  done
  rm -rf "$folder"
}

if ! swift build -c release >/dev/null; then
  echo "sanitize: the plain build failed: 'make build' says why" >&2
  exit 1
fi
for kind in ${1:-thread address}; do
  build=.build/$kind
  log=$build/sanitize.log
  mkdir -p "$build"
  echo "sanitize: building for the $kind sanitizer into $build"
  if ! swift build -c release --sanitize="$kind" --scratch-path "$build" --product brhost >"$build/build.log" 2>&1; then
    tail -20 "$build/build.log" >&2
    echo "sanitize: the build failed; every line is in $build/build.log" >&2
    exit 1
  fi
  # Nothing is suppressed.
  export TSAN_OPTIONS="halt_on_error=0 exitcode=66"
  # What lives until the end is not lost: plugins stay loaded, OpenBLAS keeps its buffers.
  export ASAN_OPTIONS="detect_leaks=0 exitcode=66"
  commands "$build" >"$log"
  if grep -qE "(Thread|Address)Sanitizer|^sanitize: " "$log"; then
    grep -nE "SUMMARY: |^sanitize: " "$log" | sort -t: -k3 -u | head -40
    echo "make sanitize: the $kind sanitizer FAILED; every line is in $log" >&2
    failed=1
  else
    echo "sanitize: nothing found by the $kind sanitizer"
  fi
done
exit $failed
