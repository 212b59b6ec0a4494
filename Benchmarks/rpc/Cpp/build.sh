#!/usr/bin/env bash
# Builds the servers of grpc++ into the folder given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$out"
protoc -I "$here/../Protos" --cpp_out="$out" --grpc_out="$out" \
  --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" bench/v1/bench.proto
read -ra libraries <<<"$(pkg-config --cflags --libs grpc++ protobuf)"
for server in async callback; do
  g++ -std=c++17 -O2 -I "$out" -I "$here" -o "$out/grpcpp-$server-server" \
    "$here/${server}_server.cc" "$here/alerts.cc" "$out"/bench/v1/*.cc "${libraries[@]}"
done
