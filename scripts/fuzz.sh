#!/bin/sh
# Fuzzes every reader of bytes from outside (Tests/Fuzz) with libFuzzer, a share of SECONDS for each; with TARGET, that
# one alone. The exit status is the verdict.
#
# Usage: fuzz.sh SECONDS [TARGET]. What is found stays in .build/fuzz: inputs that reach new code in found/TARGET, one
# that breaks a promise in broken/, and what libFuzzer printed in TARGET.log.
set -u

seconds=${1:-60}
only=${2:-}
out=.build/fuzz
corpus=Tests/Fuzz/corpus

case $seconds in '' | *[!0-9]*) echo "make fuzz: SECONDS is '$seconds', expected a whole number" >&2; exit 64 ;; esac
targets=$(ls "$corpus")
if [ -x .venv/bin/python3 ]; then
  targets="$targets numpy"
else
  echo "make fuzz: without .venv nothing is compared with numpy; 'make test' installs it."
fi
if [ -n "$only" ]; then
  if ! echo "$targets" | tr ' ' '\n' | grep -qxF "$only"; then
    echo "make fuzz: there is no target '$only', only" $targets >&2
    exit 64
  fi
  targets=$only
fi

BRHOST_FUZZ=1 swift build -c release --scratch-path "$out" --product fuzz --sanitize=fuzzer -Xswiftc -use-ld=lld || exit 1
fuzz=$out/release/fuzz
mkdir -p "$out/broken"
share=$((seconds / $(echo $targets | wc -w)))
if [ "$share" -lt 1 ]; then share=1; fi

verdict=0
for target in $targets; do
  mkdir -p "$out/found/$target"
  # numpy reads both kinds of files.
  if [ "$target" = numpy ]; then kept="$corpus/npy $corpus/npz"; else kept=$corpus/$target; fi
  log=$out/$target.log
  BRHOST_FUZZ_TARGET=$target BRHOST_FUZZ_PYTHON=.venv/bin/python3 SWIFT_BACKTRACE=enable=no \
    timeout -k 3 $((share + 120)) "$fuzz" "$out/found/$target" $kept -max_total_time="$share" -timeout=5 \
    -rss_limit_mb=1024 -malloc_limit_mb=256 -artifact_prefix="$out/broken/$target-" -print_final_stats=1 \
    >"$log" 2>&1 </dev/null
  code=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  reached=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  echo "$target: ${executions:-0} inputs, ${rate:-0} a second, ${reached:-0} places reached"
  sed -n 's/^difference: /  /p' "$log"
  if [ "$code" -ne 0 ]; then
    verdict=1
    grep -E '^broken promise|ERROR: libFuzzer|Fatal error|Test unit written to' "$log" | sed 's/^/  /' >&2
    echo "  exit status $code; all is in $log. Mend the reader, and keep the input in $kept." >&2
  fi
done
exit "$verdict"
