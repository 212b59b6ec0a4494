import CallbackEngine
import CallerDirectory
import Testing

@testable import CallbackServer

@Suite("Notes on finished callbacks") struct FinishedNotesTests {
  @Test("are tried again where room or a connection may come back, and only there")
  func mayPass() {
    let passing: [any Error] = [
      DirectoryError.unavailable("away"), DirectoryError.full, EngineError.unavailable("away"),
      EngineError.overloaded, EngineError.full,
    ]
    for error in passing { #expect(FinishedNotes.mayPass(error), "\(error)") }
    let lasting: [any Error] = [
      DirectoryError.recordNotFound("a"), DirectoryError.readOnly("a"),
      DirectoryError.unreadable("a"), EngineError.stopping, EngineError.dataLoss("a"),
    ]
    for error in lasting { #expect(!FinishedNotes.mayPass(error), "\(error)") }
  }
}
