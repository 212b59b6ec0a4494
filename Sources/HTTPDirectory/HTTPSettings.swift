import Glibc
import NIOSSL

/// How an HTTP API is called.
public struct HTTPSettings: Sendable {
  /// Headers of every request; their values are the operator's alone.
  public var headers: [HTTPHeader] = []
  /// A file of certificates that are trusted beside the system's; nil: none.
  public var certificates: String?
  /// How long a question may take, waiting for the rate limit included.
  public var timeout: Duration = .seconds(2)
  /// How long a change may take.
  public var changeTimeout: Duration = .seconds(30)
  /// Requests in a second at most; nil: as many as come.
  public var requestsPerSecond: Int?
  /// The largest answer that is read.
  public var answerBytes = 1 << 20
  /// Connections at the same time.
  public var connections = 8

  /// The defaults.
  public init() {}

  /// Why the file of certificates cannot be used; nil where it can, or there is none.
  public var certificatesProblem: String? {
    guard let certificates else { return nil }
    guard access(certificates, R_OK) == 0 else {
      return "\(certificates): \(String(cString: strerror(errno)))"
    }
    let found = (try? NIOSSLCertificate.fromPEMFile(certificates)) ?? []
    return found.isEmpty ? "\(certificates) holds no certificates in PEM" : nil
  }
}

/// A header with a value that may be a secret, and is shown nowhere.
public struct HTTPHeader: Hashable, Sendable, CustomStringConvertible {
  /// Its name.
  public let name: String
  let value: String

  /// Checks a header.
  ///
  /// - Throws: where the name is no token (RFC 9110), or the value has a character that ends it.
  public init(name: String, value: String) throws(RequestTemplate.Problem) {
    let special = Set("!#$%&'*+-.^_`|~".utf8)
    let isToken =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        special.contains(byte) || (48...57).contains(byte) || (65...90).contains(byte)
          || (97...122).contains(byte)
      }
    guard isToken else { throw .init(words: "\(name.prefix(64)) is no name of a header") }
    guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      throw .init(words: "the header \(name) has a line break or a control character")
    }
    self.name = name
    self.value = value
  }

  /// The name alone.
  public var description: String { "\(name): (not shown)" }
}
