#if FUZZING
  import FuzzDriver

  /// libFuzzer's entry.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    SessionFuzz.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
  }

  /// The seeds are what honest clients send.
  @main
  enum FuzzSession {
    static func main() {
      FuzzDriver.run({ testOneInput($0, $1) }) { _ in HonestCalls.inputs }
    }
  }
#endif
