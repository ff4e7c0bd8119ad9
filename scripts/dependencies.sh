#!/bin/sh
# Installs what is missing of the system libraries that brhost is built on, and says so.
# With the argument "test" also what the tests use: compilers for plugins, Python for them and for reading our files.
set -eu

missing=""
for library in openblas:libopenblas-dev libffi:libffi-dev zlib:zlib1g-dev libpng:libpng-dev; do
  pkg-config --exists "${library%%:*}" 2>/dev/null || missing="$missing ${library##*:}"
done
command -v pkg-config >/dev/null || missing="$missing pkg-config"

wanted=""
if [ "${1:-}" = test ]; then
  command -v cc >/dev/null || wanted="$wanted gcc libc6-dev"
  python3 -c 'import ensurepip, venv' 2>/dev/null || wanted="$wanted python3-venv"
  # For the example plugins; rustc is not installed for one page, so that example may be skipped.
  command -v c++ >/dev/null || wanted="$wanted g++"
  command -v gfortran >/dev/null || wanted="$wanted gfortran"
  python3 plugins/python/flags.py >/dev/null 2>&1 || wanted="$wanted python3-dev"
  python3 -c 'import numpy' 2>/dev/null || /usr/bin/python3 -c 'import numpy' 2>/dev/null || wanted="$wanted python3-numpy"
fi

if ! command -v swift >/dev/null; then
  echo "deps: there is no 'swift' on the PATH" >&2
  echo "  Try: the Swift 6.3 toolchain of swift.org, then its usr/bin folder on the PATH." >&2
  exit 1
fi
if [ -z "$missing$wanted" ]; then
  echo "deps: everything is here."
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "deps: this system has no apt-get; these Debian packages, or what matches them, are missing:" >&2
  echo "  $missing$wanted" >&2
  if [ -n "$missing" ]; then
    echo "  Try: your package manager, until pkg-config knows openblas, libffi, zlib and libpng." >&2
    exit 1
  fi
  echo "deps: only tests use them; those tests are skipped."
  exit 0
fi

sudo=""
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "deps: missing:$missing$wanted; neither root nor sudo is at hand" >&2
    echo "  Try: 'apt-get install$missing$wanted' as root, then make again." >&2
    exit 1
  fi
  sudo="sudo"
fi
echo "deps: installing$missing$wanted with ${sudo:+sudo }apt-get"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086 # one word a package
$sudo apt-get install -qq -y --no-install-recommends $missing $wanted
