#!/bin/sh
# Puts the program and all that belongs to it below one folder, or takes it away again:
#
#   install.sh install PREFIX [PRODUCTS]
#   install.sh uninstall PREFIX
#
# PRODUCTS is the folder of what was built (default: .build/release). The variable DESTDIR goes in front of PREFIX for
# what is written now and meant for PREFIX later. Every path inside is relative, so that PREFIX may be moved.
# What was put there, and which folders were made for it, stands in lib/brhost/installed.txt.
set -eu
umask 022
export LC_ALL=C

fail() {
  echo "$verb: $1" >&2
  echo "  Try: $2" >&2
  exit 1
}

verb="${1:-}"
case "$verb:$#" in
  install:2 | install:3 | uninstall:2) ;;
  *) verb=install.sh; fail "expected 'install PREFIX [PRODUCTS]' or 'uninstall PREFIX'" "'make install PREFIX=FOLDER'." ;;
esac
case "$2" in
  /*) prefix="${2%/}" ;;
  ?*) prefix="$PWD/${2%/}" ;;
  *) fail "PREFIX is empty" "'make $verb PREFIX=FOLDER'." ;;
esac
root="${DESTDIR:-}$prefix"
record=lib/brhost/installed.txt
products="${3:-.build/release}"
case "$products" in /*) ;; *) products="$PWD/$products" ;; esac
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

refuse() { fail "cannot write to '$1'" "a PREFIX of your own, or the same command as a user who may write there."; }

# Ends where nothing may be written to the folder, or to the one above it that exists.
check_writable() {
  folder="$1"
  while [ ! -e "$folder" ] && [ ! -L "$folder" ]; do folder=$(dirname "$folder"); done
  [ -d "$folder" ] || fail "'$folder' is no folder" "another PREFIX, or move that file away."
  { [ -w "$folder" ] && [ -x "$folder" ]; } || refuse "$folder"
}

# Takes the files of the record away, then those of its folders that are empty, the innermost first.
remove() {
  sed -n 's/^file //p' "$1" >"$work/files"
  sed -n 's/^folder //p' "$1" | sort -r >"$work/folders"
  while read -r path; do
    rm -f "$root/$path" || refuse "$(dirname "$root/$path")"
  done <"$work/files"
  while read -r path; do rmdir "$root/${path#.}" 2>/dev/null || true; done <"$work/folders"
}

# Copies the record of an earlier installation, if there is one, to the file.
recall() {
  [ -f "$root/$record" ] || return 1
  cp "$root/$record" "$1"
  if grep -q -v -e '^file [^/]' -e '^folder [^/]' "$1" || grep -q '[.][.]' "$1"; then
    fail "'$root/$record' is damaged" "remove by hand what should go."
  fi
  while read -r _ path; do check_writable "$(dirname "$root/$path")"; done <"$1"
}

if [ "$verb" = uninstall ]; then
  recall "$work/earlier" || fail "nothing is installed below '$root'" "the PREFIX (and DESTDIR) of 'make install'."
  remove "$work/earlier"
  echo "uninstall: removed $(grep -c '^file ' "$work/earlier") files from '$root'."
  exit 0
fi

# ---- What goes where. ----

# Plans a file: MODE FOLDER SOURCE.
put() {
  [ -f "$3" ] || fail "there is no '$3' to install" "'make build', which makes what is missing."
  printf '%s\t%s\t%s\n' "$1" "$2/$(basename "$3")" "$3" >>"$work/plan"
}

put 755 bin "$products/brhost"
plugins=0
for library in "$products"/*.so; do
  case "$library" in */liballocation-counter.so) put 755 lib/brhost "$library" && continue ;; esac
  grep -q br_manifest_v1 "$library" || continue
  put 755 lib/brhost/plugins "$library"
  plugins=$((plugins + 1))
done
[ "$plugins" -gt 0 ] || fail "there are no plugins in '$products'" "'make build', which makes them."

# The libraries that program and plugins load from the toolchain's folder: that of the Swift core.
cut -f 3 "$work/plan" | while read -r binary; do ldd "$binary"; done | sort -u >"$work/loaded"
if missing=$(grep 'not found' "$work/loaded"); then
  fail "a library is missing: $(echo "$missing" | tr -s '\t\n' '  ')" "'make build', which installs libraries."
fi
core=$(sed -n 's/^.*libswiftCore\.so => \(.*\) (0x.*$/\1/p' "$work/loaded" | head -n 1)
if [ -n "$core" ]; then
  sed -n 's/^.* => \(.*\) (0x.*$/\1/p' "$work/loaded" | sort -u >"$work/libraries"
  while read -r library; do
    [ "$(dirname "$library")" != "$(dirname "$core")" ] || put 755 lib/brhost/runtime "$library"
  done <"$work/libraries"
fi

version=$(sed -n 's/^public let brhostVersion = "\(.*\)"$/\1/p' Sources/Host/Version.swift)
cat >"$work/brhost-plugin.pc" <<EOF
prefix=\${pcfiledir}/../..
includedir=\${prefix}/include
pluginsdir=\${prefix}/lib/brhost/plugins
pythondir=\${prefix}/share/brhost/python

Name: brhost-plugin
Description: The header of strategy plugins for brhost
Version: $version
Cflags: -I\${includedir}
EOF
put 644 lib/pkgconfig "$work/brhost-plugin.pc"
put 644 include Sources/PluginABI/include/brhost_plugin.h
for file in plugins/python/*.c plugins/python/*.h plugins/python/*.py plugins/python/python.mk plugins/python/README.md; do
  [ ! -f "$file" ] || put 644 share/brhost/python "$file"
done
for file in README.md digits-lt_train.npz digits_test.npz; do put 644 share/brhost/data "data/$file"; done
put 644 share/doc/brhost plugins/README.md
put 644 share/doc/brhost LICENSE

# ---- Putting it there. ----

cut -f 2 "$work/plan" | while read -r target; do check_writable "$(dirname "$root/$target")"; done

# An earlier installation goes first; the folders that it made are still ours.
if recall "$work/earlier"; then remove "$work/earlier"; fi
: >"$work/record"
# Whatever fails from here on, what was put there goes again.
trap '[ $? = 0 ] || remove "$work/record"; rm -rf "$work"' EXIT
if [ -f "$work/folders" ]; then
  while read -r path; do [ ! -d "$root/$path" ] || echo "folder $path" >>"$work/record"; done <"$work/folders"
fi

# Makes a folder below root, and those above it.
make_folder() {
  [ ! -d "$root/$1" ] || return 0
  case "$1" in
    .) ;;
    */*) make_folder "${1%/*}" ;;
    *) make_folder . ;;
  esac
  mkdir -p "$root/$1" 2>/dev/null || refuse "$root"
  echo "folder $1" >>"$work/record"
}

obstacle="to clear away what the line above names."
while IFS='	' read -r mode target source; do
  make_folder "${target%/*}"
  echo "file $target" >>"$work/record"
  install -m "$mode" "$source" "$root/$target" || fail "cannot write '$root/$target'" "$obstacle"
done <"$work/plan"
echo "file $record" >>"$work/record"
install -m 644 "$work/record" "$root/$record" || fail "cannot write '$root/$record'" "$obstacle"

# ---- What to say about it. ----

count() { grep -c "	$1/" "$work/plan" || true; }
echo "install: below '$root' there are now"
echo "  bin/brhost                      the program"
echo "  lib/brhost/plugins              its strategies ($plugins)"
echo "  lib/brhost/runtime              the Swift runtime that they use ($(count lib/brhost/runtime) libraries)"
echo "  include/brhost_plugin.h         what a plugin is built with; pkg-config knows it as brhost-plugin"
[ "$(count share/brhost/python)" = 0 ] || echo "  share/brhost/python             what plugins in Python are built with"
echo "  share/brhost/data               the digits"
echo "  share/doc/brhost                the guide for authors, the license"
[ -z "${DESTDIR:-}" ] || exit 0
echo "install: to use it,"
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) echo "  export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
if [ "$(pkg-config --variable=pcfiledir brhost-plugin 2>/dev/null || true)" != "$prefix/lib/pkgconfig" ]; then
  echo "  export PKG_CONFIG_PATH=\"$prefix/lib/pkgconfig\${PKG_CONFIG_PATH:+:\$PKG_CONFIG_PATH}\""
fi
echo "  brhost plugin list"
