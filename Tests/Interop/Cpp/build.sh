#!/usr/bin/env bash
# Builds grpcpp-client into the folder given, where it is older than its sources.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
protos=$here/../Protos
mkdir -p "$out"
newest=$(find "$here" "$protos" -type f -newer "$out/grpcpp-client" 2>/dev/null | head -1 || true)
if [ -x "$out/grpcpp-client" ] && [ -z "$newest" ]; then exit 0; fi
mapfile -t files < <(cd "$protos" && find . -name '*.proto' -printf '%P\n' | sort)
protoc -I "$protos" --cpp_out="$out" --grpc_out="$out" \
  --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" "${files[@]}"
# shellcheck disable=SC2046
g++ -std=c++17 -O1 -I "$out" -o "$out/grpcpp-client" "$here/grpcpp_client.cc" \
  $(find "$out" -name '*.pb.cc') $(pkg-config --cflags --libs grpc++ protobuf)
