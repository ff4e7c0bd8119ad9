#!/bin/sh
# Puts the readers that tests check our files with (Tests/readers.txt) into .venv, where PyPI can be reached, and what
# drives Chromium where that is installed. Tests that need them are skipped by name where it can't.
set -u

install() {
  .venv/bin/pip install --quiet --disable-pip-version-check --retries 1 --timeout 20 "$@"
}

if ! .venv/bin/python3 -c 'import numpy, safetensors, tensorboard, scipy, statsmodels' 2>/dev/null; then
  echo "test: installing numpy, safetensors, tensorboard, scipy and statsmodels into .venv"
  if ! python3 -m venv .venv; then
    rm -rf .venv
    echo "test: no Python with venv here; tests that read our files with it are skipped."
  elif ! install -r Tests/readers.txt; then
    rm -rf .venv  # one without the readers would make tests fail instead of being skipped
    echo "test: the package index can't be reached; tests that read our files with Python are skipped."
  fi
fi

if [ ! -x .venv/bin/pip ]; then exit 0; fi
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
  echo "test: no Chromium here (Debian: chromium); the tests that look at pages are skipped."
elif ! .venv/bin/python3 -c 'import playwright' 2>/dev/null; then
  echo "test: installing playwright into .venv"
  install playwright || echo "test: the package index can't be reached; no browser looks at pages."
fi
exit 0
