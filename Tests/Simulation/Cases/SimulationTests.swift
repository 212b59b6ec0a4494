import Foundation
import Simulator
import Testing

@Suite("The simulation")
struct SimulationTests {
  /// SIMULATION_SEEDS sets how many seeds are played; 300 by default.
  @Test("finds no seed that breaks a rule")
  func seeds() async {
    let given = ProcessInfo.processInfo.environment["SIMULATION_SEEDS"].flatMap { UInt64($0) }
    let summary = await Campaign(seeds: 1..<(given ?? 300) + 1).run { failure in
      Issue.record(Comment(rawValue: failure.text))
    }
    #expect(summary.failures == 0)
    print(summary.text)
  }
}
