#!/bin/sh
# Puts the readers that tests check our files with (Tests/readers.txt) into .venv, where PyPI can be reached.
# Tests that need them are skipped by name where it can't.
set -u

if .venv/bin/python3 -c 'import numpy, safetensors, tensorboard, scipy, statsmodels' 2>/dev/null; then exit 0; fi
echo "test: installing numpy, safetensors, tensorboard, scipy and statsmodels into .venv"
if ! python3 -m venv .venv; then
  rm -rf .venv
  echo "test: no Python with venv here; tests that read our files with it are skipped."
elif ! .venv/bin/pip install --quiet --disable-pip-version-check --retries 1 --timeout 20 -r Tests/readers.txt; then
  rm -rf .venv  # one without the readers would make tests fail instead of being skipped
  echo "test: the package index can't be reached; tests that read our files with Python are skipped."
fi
exit 0
