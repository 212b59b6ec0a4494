/// Tells a frame that breaks the life of a stream from one that is merely late (RFC 9113,
/// sections 5.1 and 5.1.1).
///
/// libnghttp2 is told to forget closed streams, for the memory they would hold on every connection,
/// and then takes any frame on one for a late frame. Remembered here is only what the peer itself
/// did: the streams it ended last, and the numbers it left out. A frame on a stream that this side
/// reset is therefore never held against the peer.
struct ClosedStreams {
  /// The highest stream that the peer has opened.
  private var last: Int32 = -1
  /// Numbers below it that the peer never used, the newest few.
  private var gaps: [ClosedRange<Int32>] = []
  /// The streams that the peer ended last, each in the place its number gives it.
  private var ended = [Int32](repeating: 0, count: Self.rememberedEnds)

  private static let rememberedEnds = 32
  private static let rememberedGaps = 8

  /// The peer has sent the head of a request.
  mutating func opened(_ id: Int32) {
    if id > last + 2 {
      if gaps.count == Self.rememberedGaps { gaps.removeFirst() }
      gaps.append(last + 2...id - 2)
    }
    last = id
  }

  /// Whether the peer opens a stream with this number for the first time.
  func isNew(_ id: Int32) -> Bool { id > last }

  /// The peer has ended its side of the stream, or reset it.
  mutating func endedByPeer(_ id: Int32) {
    ended[Self.place(id)] = id
  }

  /// What DATA or HEADERS on a stream without state break, if anything.
  func violation(_ id: Int32) -> HTTP2ErrorCode? {
    if ended[Self.place(id)] == id { return .streamClosed }
    return gaps.contains { $0.contains(id) } ? .protocolError : nil
  }

  private static func place(_ id: Int32) -> Int {
    Int(truncatingIfNeeded: id >> 1) & (rememberedEnds - 1)
  }
}
