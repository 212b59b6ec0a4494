import CallbackMessages
import CallbackWire
import UnixRPC

extension AdminService {
  /// Gives a copy of what the daemon keeps, as fast as the reader takes it.
  func backup(
    _ request: V1.BackupRequest, _ call: RPCCall, _ responses: MessageWriter<V1.BackupResponse>
  ) async throws {
    guard let source = context.backups else {
      throw Refusal(
        .failedPrecondition, .backupUnsupported,
        "The log is kept in a database of its own; back up that database.")
    }
    var whole = CRC32()
    var total: UInt64 = 0
    for copy in try await source.copy() {
      let file = V1.BackupFile(
        name: copy.name, bytes: copy.bytes, logPosition: copy.logPosition)
      try await responses.write(.init(part: .file(file)))
      var offset: UInt64 = 0
      while offset < copy.bytes {
        guard let data = copy.read(at: offset, limit: FieldLimits.backupChunkBytes), !data.isEmpty
        else { throw Refusal.defect }
        whole.add(data)
        let chunk = V1.BackupChunk(offset: offset, data: data, crc32: CRC32.of(data))
        try await responses.write(.init(part: .chunk(chunk)))
        offset += UInt64(data.count)
      }
      total += copy.bytes
    }
    let end = V1.BackupEnd(bytes: total, crc32: whole.value)
    try await responses.write(.init(part: .end(end)))
  }
}
