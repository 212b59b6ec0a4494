import Glibc

/// Measures time on the clock and on the processor: on a machine that is busy with other things
/// the two differ.
struct Stopwatch {
  /// How long something took.
  struct Lap {
    var wall = Duration.zero
    var processor = Duration.zero

    static func += (sum: inout Lap, lap: Lap) {
      sum.wall += lap.wall
      sum.processor += lap.processor
    }

    func report(_ name: String, each count: Int) {
      let micro = { (time: Duration) in
        let each = time / .microseconds(1) / Double(count)
        return "\((each * 100).rounded() / 100) µs"
      }
      let seconds = (wall / .milliseconds(1)).rounded() / 1000
      print("\(name): \(seconds) s; each \(micro(wall)), of the processor \(micro(processor))")
    }
  }

  private let start = ContinuousClock.now
  private let processorStart = Stopwatch.processorTime()

  var lap: Lap {
    Lap(
      wall: start.duration(to: .now), processor: Stopwatch.processorTime() - processorStart)
  }

  func report(_ name: String, each count: Int) { lap.report(name, each: count) }

  private static func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
