import Glibc

/// How long something took, each time that it was done.
struct Samples {
  private var nanoseconds: [Int] = []

  /// Runs `body` and notes how long it took.
  mutating func measure(_ body: () throws -> Void) rethrows {
    let start = Self.clock()
    try body()
    nanoseconds.append(Self.clock() - start)
  }

  var count: Int { nanoseconds.count }

  /// The median in µs: what other programs do to the machine falls on few samples.
  var median: Double {
    guard !nanoseconds.isEmpty else { return 0 }
    return Double(nanoseconds.sorted()[nanoseconds.count / 2]) / 1_000
  }

  private static func clock() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

/// Memory of this process.
enum Memory {
  /// Bytes that are resident.
  static var residentBytes: Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var (total, resident) = (0, 0)
    let read = withUnsafeMutablePointer(to: &total) { total in
      withUnsafeMutablePointer(to: &resident) { resident in
        withVaList([total, resident]) { vfscanf(file, "%ld %ld", $0) }
      }
    }
    return read == 2 ? resident * sysconf(Int32(_SC_PAGESIZE)) : 0
  }
}
