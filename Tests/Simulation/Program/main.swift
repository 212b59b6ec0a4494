import Glibc
import Simulator

/// `simulate [--seeds N] [--first N] [--seed N]`: plays runs and says how it went.
var first: UInt64 = 1
var count: UInt64 = 300
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let option = arguments.next() {
  let value = arguments.next().flatMap { UInt64($0) }
  switch (option, value) {
  case ("--seeds", let value?): count = value
  case ("--first", let value?): first = value
  case ("--seed", let value?): (first, count) = (value, 1)
  default:
    print("usage: simulate [--seeds COUNT] [--first SEED] [--seed SEED]")
    exit(2)
  }
}

let campaign = Campaign(seeds: first..<(first + count))
let summary = await campaign.run { print($0.text) }
print(summary.text)
exit(summary.failures == 0 ? 0 : 1)
