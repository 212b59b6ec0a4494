import Glibc
import Simulator

/// `simulate [--seeds N] [--first N] [--seed N] [--theory N] [--until-failure]`: plays runs, holds
/// lines of N callers to queueing theory, and says how it went.
var first: UInt64 = 1
var count: UInt64 = 300
var arrivals: UInt64 = 0
var stopsEarly = false
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let option = arguments.next() {
  if option == "--until-failure" {
    stopsEarly = true
    continue
  }
  let value = arguments.next().flatMap { UInt64($0) }
  switch (option, value) {
  case ("--seeds", let value?): count = value
  case ("--first", let value?): first = value
  case ("--seed", let value?): (first, count) = (value, 1)
  case ("--theory", let value?): arrivals = value
  default:
    print(
      "usage: simulate [--seeds COUNT] [--first SEED] [--seed SEED] [--theory CALLERS]"
        + " [--until-failure]")
    exit(2)
  }
}

if stopsEarly {
  for seed in first..<(first + count) {
    guard let failure = Simulation(seed: seed).run(shortens: false) else { continue }
    print("seed \(seed): \(failure.problem)")
    exit(1)
  }
  exit(0)
}

var problems: [String] = []
for check in arrivals > 0 ? TheoryCheck.all(arrivals: Int(arrivals)) : [] {
  print(check.text)
  problems += check.problems
}
if arrivals > 0 {
  for line in WaitCheck.lines {
    print(WaitCheck.text(line, arrivals: Int(arrivals), seed: first))
  }
}
for problem in problems { print("theory fails: \(problem)") }

let summary = await Campaign(seeds: first..<(first + count)).run { print($0.text) }
print(summary.text)
exit(summary.failures == 0 && problems.isEmpty ? 0 : 1)
