/// What one HTTP/2 connection may cost, as the session enforces it.
struct HTTP2Limits: Sendable {
  var maximumStreams = 1_000
  var streamWindowBytes = 256 * 1024
  var connectionWindowBytes = 1024 * 1024
  var maximumHeaderListBytes = 16 * 1024
  var controlFrameBurst = 10_000
  var controlFramesPerSecond = 200
  var resetBurst = 2_000
  var resetsPerSecond = 100
}
