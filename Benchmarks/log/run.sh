#!/bin/sh
# Measures the log with release builds: sh Benchmarks/log/run.sh [EVENTS] [LIFECYCLES]
#
# Works in .build/bench-log, so on the disk that holds the sources, and writes RESULTS.md.
set -eu
cd "$(dirname "$0")/../.."
work="$PWD/.build/bench-log"
rm -rf "$work"
mkdir -p "$work"
results="$work/results"
{
  echo "# What the log costs"
  echo
  echo "$(date -u +%Y-%m-%d), $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo \
    | head -1)), load $(cut -d' ' -f1 /proc/loadavg) when it began."
  echo "Made by \`make bench-log\`; the machine should be idle. Data on" \
    "$(df -T "$work" | awk 'NR == 2 { print $2 }'), WAL, synchronous=FULL."
  echo
  echo "| what | measured | wanted |"
  echo "|---|---|---|"
  .build/release/load-benchmark "$PWD/.build/release/callbackd" "$work" "${2:-50000}"
  .build/release/log-benchmark "$work" "${1:-1000000}"
} > "$results"
cat "$results"
cp "$results" Benchmarks/log/RESULTS.md
rm -rf "$work"
