import CallbackCore
import Foundation

/// bench-core [--out FILE] [--machine TEXT]: what decide and apply cost a command, and a waiting
/// callback in memory, as the call center grows.
@main
struct CoreBenchmark {
  private static let sizes = [(100, 1_000), (1_000, 10_000), (10_000, 100_000)]
  private static let rounds = 4_000

  static func main() throws {
    let arguments = CommandLine.arguments
    func value(of option: String) -> String? {
      arguments.firstIndex(of: option).flatMap { arguments.dropFirst($0 + 1).first }
    }
    var columns: [Lifecycle] = []
    var (bytes, bytesWithAnswer) = (0.0, 0.0)
    for (agents, waiting) in sizes {
      print("\(agents) agents, \(waiting) waiting …")
      var bench = BenchCenter(agents: agents, waiting: waiting)
      columns.append(try Lifecycle(in: &bench, rounds: rounds))
      guard waiting == sizes.last?.1 else { continue }
      bytes = try bytesPerCallback(&bench, remembered: false)
      bytesWithAnswer = try bytesPerCallback(&bench, remembered: true)
    }
    let report = text(columns, (bytes, bytesWithAnswer), machine: value(of: "--machine") ?? "")
    print(report)
    if let file = value(of: "--out") {
      try report.write(toFile: file, atomically: true, encoding: .utf8)
    }
  }

  /// How much more is resident for each callback that joins the line; with the answer that is
  /// remembered for its request id, or without.
  private static func bytesPerCallback(
    _ bench: inout BenchCenter, remembered: Bool
  ) throws -> Double {
    let count = 100_000
    let before = Memory.residentBytes
    for _ in 0..<count { try bench.request(remembered: remembered) }
    return Double(Memory.residentBytes - before) / Double(count)
  }

  private static func text(
    _ columns: [Lifecycle], _ bytes: (Double, Double), machine: String
  ) -> String {
    func figure(_ value: Double) -> String { String(format: "%.2f", value) }
    let names = sizes.map { "\($0.0) agents, \($0.1) waiting" }
    var lines = [
      "# What the rules cost", "",
      "\(machine); `make bench-core` (\(rounds) callbacks from request to end at each size, every",
      "command with a request id; the median of each command in µs, and its growth from the size",
      "before).", "",
      "| command | " + names.joined(separator: " | ") + " |", "|---|---|---|---|",
    ]
    for (row, median) in columns[0].medians.enumerated() {
      let figures = columns.indices.map { column in
        let value = columns[column].medians[row].microseconds
        guard column > 0 else { return figure(value) }
        return figure(value) + " (× "
          + figure(value / columns[column - 1].medians[row].microseconds)
          + ")"
      }
      lines.append("| \(median.name) | " + figures.joined(separator: " | ") + " |")
    }
    lines += [
      "",
      "A waiting callback takes \(Int(bytes.0)) bytes; with the answer that is remembered for its",
      "request id \(Int(bytes.1)).", "",
      "Wanted: at most × 2 from each size to the next; at the largest at most 5 µs for what is",
      "typical, and nothing above 20 µs; at most 1,024 bytes.", "",
    ]
    return lines.joined(separator: "\n")
  }
}
