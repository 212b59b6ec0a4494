#if FUZZING
  import Foundation
  import FuzzDriver

  /// libFuzzer's entry.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    MessageFuzz.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
  }

  /// The seeds are the golden vectors in the file that FUZZ_VECTORS names.
  @main
  enum FuzzMessages {
    static func main() {
      FuzzDriver.run({ testOneInput($0, $1) }) { environment in
        guard let vectors = environment["FUZZ_VECTORS"] else { return [] }
        return try GoldenInputs.read(URL(filePath: vectors)).enumerated().map { index, input in
          ("golden-\(index)", input)
        }
      }
    }
  }
#endif
