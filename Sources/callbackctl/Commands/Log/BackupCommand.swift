import ArgumentParser
import CallbackClient
import Glibc

/// Takes a backup.
struct BackupCommand: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Write a copy of what the daemon keeps into a file, while it goes on.",
    discussion: """
      A tar archive of the log with its history, the embedded directory, and their checksums. The \
      file must not exist, and has its name only when it is whole. callbackctl restore puts it \
      back.

      Example:
        callbackctl backup /srv/backups/callback-2026-11-27.tar
      """)

  @Argument(help: "The file to write.", completion: .file())
  var file: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let writer = try BackupFileWriter(path: file)
    let console = session.console
    var (bytes, position): (UInt64, UInt64) = (0, 0)
    try await session.client.backup { file in
      try writer.begin(file.name, bytes: file.bytes)
      position = max(position, file.logPosition)
    } take: { chunk in
      try writer.write(contents: chunk)
      bytes += UInt64(chunk.count)
      if console.showsProgress { console.remarks.write("\r\(bytes >> 20) MiB") }
    }
    try writer.finish()
    if console.showsProgress { console.remarks.write("\r\u{1B}[K") }
    console.print(
      session.json
        ? "{\"file\":\(JSONString.quoted(file)),\"bytes\":\"\(bytes)\","
          + "\"logPosition\":\"\(position)\"}"
        : "Backed up to \(file): \(bytes) bytes, the log to position \(position).")
  }
}
