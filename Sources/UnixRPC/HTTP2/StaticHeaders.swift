import CNGHTTP2

/// Header lists that never change: built once, lent to nghttp2 without copying.
enum StaticHeaders {
  /// The head of every gRPC answer that carries messages.
  nonisolated(unsafe) static let head = immortal([
    (":status", "200"), ("content-type", "application/grpc"),
    ("grpc-accept-encoding", MessageEncoding.accepted),
  ])
  static let headCount = 3
  /// The trailers of a call that succeeded.
  nonisolated(unsafe) static let okTrailers = immortal([("grpc-status", "0")])
  static let okTrailersCount = 1

  /// Fields in memory that is never freed and never written again, so any thread may read it.
  private static func immortal(_ fields: [(String, String)]) -> UnsafePointer<nghttp2_nv> {
    let list = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: fields.count)
    let noCopy = UInt8(
      NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
    for (index, field) in fields.enumerated() {
      (list + index).initialize(
        to: nghttp2_nv(
          name: copy(field.0), value: copy(field.1), namelen: field.0.utf8.count,
          valuelen: field.1.utf8.count, flags: noCopy))
    }
    return UnsafePointer(list)
  }

  private static func copy(_ text: String) -> UnsafeMutablePointer<UInt8> {
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    return bytes.baseAddress!
  }
}
