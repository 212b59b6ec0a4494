import CallbackCore
import CallbackEngine
import CallerDirectory
import EventLog
import Testing

@testable import CallbackServer

@Suite("Notes on finished callbacks") struct FinishedNotesTests {
  @Test("go to the record last matched, else to the best, and to none that was taken off")
  func records() {
    func link(_ id: String, unmatched: Bool = false) -> HistoryLink {
      HistoryLink(
        number: PhoneNumber.Line(e164: "+12025550123"), recordID: id, startedLead: false,
        unmatched: unmatched, agent: nil, actor: .service, at: WallTime(0))
    }
    let off = link("b", unmatched: true)
    #expect(FinishedNotes.recordID([], else: ["a", "b"]) == "a")
    #expect(FinishedNotes.recordID([link("b"), link("a")], else: ["a"]) == "b")
    #expect(FinishedNotes.recordID([off, link("b"), link("a")], else: ["c"]) == "a")
    #expect(FinishedNotes.recordID([off, link("b")], else: ["b", "c"]) == "c")
    #expect(FinishedNotes.recordID([off], else: ["b"]) == nil)
    #expect(FinishedNotes.recordID([link("b"), off], else: []) == "b")
  }

  @Test("are tried again where room or a connection may come back, and only there")
  func mayPass() {
    let passing: [any Error] = [
      DirectoryError.unavailable("away"), DirectoryError.full, EngineError.unavailable("away"),
      EngineError.overloaded, EngineError.full,
    ]
    for error in passing { #expect(PatientTry.mayPass(error), "\(error)") }
    let lasting: [any Error] = [
      DirectoryError.recordNotFound("a"), DirectoryError.readOnly("a"),
      DirectoryError.unreadable("a"), EngineError.stopping, EngineError.dataLoss("a"),
    ]
    for error in lasting { #expect(!PatientTry.mayPass(error), "\(error)") }
  }
}
