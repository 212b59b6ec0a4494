import CNGHTTP2

/// The error codes of RFC 9113, section 7, that the runtime sends or tells apart.
enum HTTP2ErrorCode: UInt32 {
  case noError = 0
  case protocolError = 1
  case internalError = 2
  case flowControlError = 3
  case settingsTimeout = 4
  case streamClosed = 5
  case frameSizeError = 6
  case refusedStream = 7
  case cancel = 8
  case compressionError = 9
  case connectError = 10
  case enhanceYourCalm = 11
  case inadequateSecurity = 12
  case http11Required = 13

  /// What a fatal error of the library tells the peer.
  init(libraryError: Int) {
    switch nghttp2_error(Int32(libraryError)) {
    case NGHTTP2_ERR_FLOODED, NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: self = .enhanceYourCalm
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC: self = .protocolError
    default: self = .internalError
    }
  }

  /// What a stream that the peer reset means to a call, by gRPC's table of HTTP/2 errors.
  var rpcCode: RPCCode {
    switch self {
    case .refusedStream: .unavailable
    case .cancel: .cancelled
    case .enhanceYourCalm: .resourceExhausted
    case .inadequateSecurity: .permissionDenied
    case .noError, .protocolError, .internalError, .flowControlError, .settingsTimeout,
      .streamClosed, .frameSizeError, .compressionError, .connectError, .http11Required:
      .internal
    }
  }
}
