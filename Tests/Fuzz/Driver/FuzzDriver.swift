#if FUZZING
  import Foundation

  /// Runs a fuzzer in a program of its own main, which SwiftPM links in front of libFuzzer's.
  public enum FuzzDriver {
    /// What libFuzzer tries inputs on; its own main, which is linked as well, asks for it by the name
    /// `LLVMFuzzerTestOneInput`.
    public typealias Entry = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32

    /// Writes the seeds where FUZZ_SEEDS says, and fuzzes as the command line says.
    ///
    /// - Parameter seeds: inputs by the names of their files, made of the environment.
    public static func run(
      _ entry: Entry, seeds: ([String: String]) throws -> [(name: String, bytes: [UInt8])]
    ) -> Never {
      let environment = ProcessInfo.processInfo.environment
      if let folder = environment["FUZZ_SEEDS"] {
        do {
          for seed in try seeds(environment) {
            try Data(seed.bytes).write(to: URL(filePath: folder).appending(path: seed.name))
          }
        } catch {
          fatalError("the seeds cannot be written: \(error)")
        }
      }
      var count = CommandLine.argc
      var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
      exit(runDriver(&count, &arguments, entry))
    }
  }

  /// What libFuzzer's own main calls.
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ entry: FuzzDriver.Entry
  ) -> Int32
#endif
