#!/usr/bin/env bash
# Builds the program that makes the load into the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$out"
read -ra libraries <<<"$(pkg-config --cflags --libs libnghttp2)"
g++ -std=c++17 -O2 -Wall -Wextra -o "$out/resolve-load" "$here/load.cc" "${libraries[@]}"
