import CNGHTTP2
import Glibc

/// What a connection over the limit is told: it gets no session, for that is what the limit saves.
enum RefusedConnection {
  /// Sends SETTINGS, with which a server has to begin, and GOAWAY with ENHANCE_YOUR_CALM.
  /// - Parameter descriptor: a new connection, whose buffer is empty; it never blocks.
  static func sendRefusal(_ descriptor: Int32) {
    let settings: [UInt8] = [0, 0, 0, UInt8(NGHTTP2_SETTINGS.rawValue), 0, 0, 0, 0, 0]
    let code = UInt8(HTTP2ErrorCode.enhanceYourCalm.rawValue)
    let goAway: [UInt8] =
      [0, 0, 8, UInt8(NGHTTP2_GOAWAY.rawValue), 0, 0, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0, code]
    let bytes = settings + goAway
    // A peer that has gone already is told nothing.
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
  }
}
