/// What rendering depends on beside the message: colours, and the time.
struct Look: Sendable {
  /// Colours or none.
  var style: Style
  /// How times are shown.
  var time: TimeText

  /// A moment of a message with how far it is away; empty where there is none.
  func both(_ moment: Moment?) -> String { moment.map { time.both($0) } ?? "" }

  /// A moment of a message; empty where there is none.
  func readable(_ moment: Moment?) -> String { moment.map { time.readable($0) } ?? "" }
}
