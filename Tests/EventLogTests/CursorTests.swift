import CallbackCore
import EventLog
import Testing

@Suite struct CursorTests {
  @Test func aCursorSurvivesAsText() {
    let cursors = [
      HistoryCursor(at: WallTime(-1), high: 0, low: .max),
      HistoryCursor(at: WallTime(.max), high: .max, low: 0),
    ]
    for cursor in cursors { #expect(HistoryCursor(text: cursor.text) == cursor) }
    for text in ["", "1-2", "1-2-3-4", "x-y-é", "1--3", String(repeating: "1", count: 60)] {
      #expect(HistoryCursor(text: text) == nil)
    }
  }
}
