import CallbackServer
import CallerDirectory
import Dispatch
import EventLog
import Glibc
import SQLiteEventLog
import StoreFiles

/// Copies the files of a data directory: the log first, so that every record that the history names
/// is in the directory of callers beside it.
struct DataBackup: BackupSource {
  /// Beside the data, so that what may be too large for a temporary directory has room.
  private static let prefix = "backup-"

  let store: SQLiteEventStore
  let data: String

  /// Removes copies that a daemon left behind which was killed while it made them.
  init(store: SQLiteEventStore, data: String) {
    self.store = store
    self.data = data
    StoreDirectory.removeFiles(in: data, beginning: Self.prefix)
  }

  func copy() async throws -> [BackupCopy] {
    // Copying blocks for as long as the disk takes: not on a thread that calls wait for.
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        continuation.resume(with: Result { [try log(), try directory()] })
      }
    }
  }

  private func log() throws -> BackupCopy {
    let path = temporaryPath()
    let head = try store.backup(to: path)
    return try opened("log.db", path, logPosition: head.position)
  }

  private func directory() throws -> BackupCopy {
    let path = temporaryPath()
    do {
      try EmbeddedDirectory.copy("\(data)/directory.db", to: path)
    } catch {
      unlink(path)
      throw error
    }
    return try opened("directory.db", path, logPosition: 0)
  }

  private func opened(
    _ name: String, _ path: String, logPosition: UInt64
  ) throws -> BackupCopy {
    guard let copy = BackupCopy(of: name, at: path, logPosition: logPosition) else {
      throw EventLogError.unavailable("cannot open the copy of \(name)")
    }
    return copy
  }

  private func temporaryPath() -> String {
    "\(data)/\(Self.prefix)\(String(UInt64.random(in: .min ... .max), radix: 36))"
  }
}
