#if FUZZING
  import Foundation

  /// Called by libFuzzer before anything else. Where FUZZ_VECTORS and FUZZ_SEEDS are set, the golden
  /// vectors of the one become inputs in the other.
  @_cdecl("LLVMFuzzerInitialize")
  public func writeSeeds(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer)
    -> Int32
  {
    let environment = ProcessInfo.processInfo.environment
    guard let vectors = environment["FUZZ_VECTORS"], let seeds = environment["FUZZ_SEEDS"] else {
      return 0
    }
    do {
      for (index, input) in try GoldenInputs.read(URL(filePath: vectors)).enumerated() {
        try Data(input).write(to: URL(filePath: seeds).appending(path: "golden-\(index)"))
      }
    } catch {
      fatalError("the seeds cannot be written: \(error)")
    }
    return 0
  }

  /// libFuzzer's entry.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    MessageFuzz.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
  }

  /// The program, for SwiftPM, which links a main of ours in front of libFuzzer's.
  @main
  enum FuzzMessages {
    static func main() {
      var count = CommandLine.argc
      var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
      exit(runDriver(&count, &arguments) { testOneInput($0, $1) })
    }
  }

  /// What libFuzzer's own main calls.
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
  ) -> Int32
#endif
