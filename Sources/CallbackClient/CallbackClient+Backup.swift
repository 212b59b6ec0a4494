public import CallbackMessages
import CallbackWire

extension CallbackClient {
  /// Takes a copy of what the daemon keeps, and checks it on the way.
  ///
  /// - Parameters:
  ///   - begin: a file begins.
  ///   - take: its next bytes.
  /// - Throws: `CallbackError`; `.dataLoss` where the copy is not what was sent, or is not whole.
  public func backup(
    begin: (V1.BackupFile) throws -> Void, take: ([UInt8]) throws -> Void
  ) async throws {
    var whole = CRC32()
    var (total, offset, length): (UInt64, UInt64, UInt64) = (0, 0, 0)
    for try await message in try await stream(AdminServiceMethods.backup, .init()) {
      switch message.part {
      case .file(let file):
        guard offset == length else { throw Self.damaged("a file ended early") }
        (offset, length) = (0, file.bytes)
        try begin(file)
      case .chunk(let chunk):
        guard chunk.offset == offset, CRC32.of(chunk.data) == chunk.crc32 else {
          throw Self.damaged("a part is missing or damaged")
        }
        whole.add(chunk.data)
        offset += UInt64(chunk.data.count)
        total += UInt64(chunk.data.count)
        try take(chunk.data)
      case .end(let end):
        guard offset == length, end.bytes == total, end.crc32 == whole.value else {
          throw Self.damaged("the parts are not the whole")
        }
        return
      case nil: break
      }
    }
    throw Self.damaged("it ended early")
  }

  private static func damaged(_ words: String) -> CallbackError {
    CallbackError(.dataLoss, "the copy is not what the daemon sent: \(words)")
  }
}
