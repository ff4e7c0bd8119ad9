#!/bin/sh
# Runs the tests that were built, shows what is not a success, and ends with the tests' exit status.
# Every line is in .build/test.log.
set -u

log=.build/test.log
status=.build/test-status
rm -f "$status"
# A pipe's status is that of its last command, so that of the tests takes another way.
{
  swift test -c release --skip-build 2>&1
  echo $? >"$status"
} | tee "$log" | awk '
  /^✘/ || /^➜/ || /Test run with [0-9]+ test/ { inside = 0; print; next }
  # The name of a case may hold a line break: such a success goes on until its last word.
  inside || /^◇/ || /^✔/ { inside = !(/ started\.$/ || / passed after [0-9.]+ seconds\.$/); next }
  /^Test Suite / || /Executed 0 tests/ || /^↳ (Testing Library|Target Platform)/ { next }
  { print }'

code=$(cat "$status" 2>/dev/null || echo 1)
if [ "$code" -eq 0 ]; then
  echo "make test: passed"
else
  echo "make test: FAILED; every line is in $log" >&2
fi
exit "$code"
