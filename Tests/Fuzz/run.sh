#!/usr/bin/env bash
# Fuzzes messages and connections at the same time, for so many seconds (30). What is found lies in
# .build/fuzz-found; once mended it moves to Tests/Fuzz/Found, where the tests run it again.
#
# Everything is built with libFuzzer's coverage and the address sanitizer, C also with the
# undefined-behaviour sanitizer: a trap, because Swift links no runtime of it on Linux. SwiftPM's own
# --sanitize passes two of them on in any order, of which the compiler takes the last.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-30}
export CALLBACK_FUZZ=1
flags=(--scratch-path .build/fuzz -Xswiftc -sanitize=address,fuzzer
  -Xcc -fsanitize=address,undefined,fuzzer-no-link -Xcc -fsanitize-trap=undefined
  # libFuzzer brings a main, and SwiftPM wants one of the program: they do the same.
  -Xlinker --allow-multiple-definition)
found=.build/fuzz-found
mkdir -p $found .build/fuzz-corpus/{messages,session} .build/fuzz-seeds/{messages,session}

for product in fuzz-messages fuzz-session; do
  log=.build/fuzz-$product.log
  # The linker warns of hundreds of the sanitizer's own symbols, which is nothing to act on.
  swift build "${flags[@]}" --product $product >$log 2>&1 || {
    grep -E 'error' $log | head -20 >&2; exit 1; }
done

fuzz() { # NAME LONGEST: in the background
  FUZZ_VECTORS=Tests/Samples/Golden/vectors.tsv FUZZ_SEEDS=.build/fuzz-seeds/$1 \
    .build/fuzz/debug/fuzz-$1 -max_total_time=$seconds -max_len=$2 -timeout=20 \
    -rss_limit_mb=2048 -detect_leaks=0 -artifact_prefix=$found/$1- \
    .build/fuzz-corpus/$1 .build/fuzz-seeds/$1 >$found/$1.log 2>&1 &
}
fuzz messages 8192
messages=$!
fuzz session 4096
session=$!

status=0
for each in messages session; do
  if wait ${!each}; then
    echo "$each: $(grep -E '^Done' $found/$each.log | tail -1)"
  else
    status=1
    echo "$each: found something; $found/$each.log ends with"
    tail -40 $found/$each.log
  fi
done
exit $status
