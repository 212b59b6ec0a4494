import CNGHTTP2

/// A list of header fields to submit, in one piece of memory.
struct HeaderBlock {
  private var bytes: [UInt8] = []
  private var lengths: [(name: Int, value: Int)] = []

  mutating func add(_ name: String, _ value: String) {
    bytes.append(contentsOf: name.utf8)
    bytes.append(contentsOf: value.utf8)
    lengths.append((name.utf8.count, value.utf8.count))
  }

  mutating func add(_ name: String, bytes value: [UInt8]) {
    bytes.append(contentsOf: name.utf8)
    bytes.append(contentsOf: value)
    lengths.append((name.utf8.count, value.count))
  }

  /// Adds what of `metadata` may travel; see ``RPCMetadata``.
  mutating func add(_ metadata: RPCMetadata) {
    for entry in metadata.entries where RPCMetadata.isSendable(key: entry.key) {
      switch entry.value {
      case .binary(let value):
        if entry.key.hasSuffix("-bin") { add(entry.key, bytes: Base64.encode(value)) }
      case .text(let value):
        let utf8 = Array(value.utf8)
        let edges = utf8.first == 0x20 || utf8.last == 0x20
        if !entry.key.hasSuffix("-bin"), !edges, utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
          add(entry.key, bytes: utf8)
        }
      }
    }
  }

  /// Adds the status of a call that failed.
  mutating func add(_ error: RPCError) {
    add("grpc-status", String(error.code.rawValue))
    if !error.message.isEmpty {
      add("grpc-message", bytes: PercentEncoding.encode(error.message))
    }
    if !error.details.isEmpty {
      add("grpc-status-details-bin", bytes: Base64.encode(error.details))
    }
    add(error.trailers)
  }

  /// Lends the fields to nghttp2, which copies them.
  func withFields<Result>(_ body: (UnsafePointer<nghttp2_nv>, Int) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { bytes in
      // nghttp2 takes mutable pointers but does not write through them.
      var next = UnsafeMutablePointer(mutating: bytes.baseAddress!)
      return withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: lengths.count) { fields in
        for (index, length) in lengths.enumerated() {
          fields[index] = nghttp2_nv(
            name: next, value: next + length.name, namelen: length.name, valuelen: length.value,
            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
          next += length.name + length.value
        }
        return body(fields.baseAddress!, lengths.count)
      }
    }
  }
}
