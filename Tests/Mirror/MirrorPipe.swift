import Glibc

/// What is asked of a message.
struct MirrorQuestion {
  /// `b`: bytes to bytes; `j`: bytes to JSON; `p`: JSON to bytes.
  var kind: UInt8
  /// The message's full name.
  var name: String
  /// Bytes, or JSON in UTF-8.
  var content: [UInt8]
}

/// Standard input and output as a way to ask and answer.
///
/// A question is its kind (one byte), the name and the content, each after its length; an answer is
/// one byte, `+` or `-`, and its content after its length. A length is four bytes, the highest first.
struct MirrorPipe {
  /// The next question, or nil at the end.
  func next() -> MirrorQuestion? {
    guard let kind = read(1)?.first, let name = field(), let content = field() else { return nil }
    return MirrorQuestion(kind: kind, name: String(decoding: name, as: UTF8.self), content: content)
  }

  /// Answers the last question.
  func answer(_ answer: Result<[UInt8], MirrorRefusal>) {
    switch answer {
    case .success(let content): write("+", content)
    case .failure(let refusal): write("-", Array(refusal.reason.utf8))
    }
  }

  private func field() -> [UInt8]? {
    guard let length = read(4) else { return nil }
    return read(length.reduce(0) { $0 << 8 | Int($1) })
  }

  /// Exactly so many bytes, or nil where standard input ends before.
  private func read(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = bytes.withUnsafeMutableBytes { Glibc.read(0, $0.baseAddress! + done, count - done) }
      guard got > 0 else { return nil }
      done += got
    }
    return bytes
  }

  private func write(_ mark: Unicode.Scalar, _ content: [UInt8]) {
    let length = UInt32(content.count)
    let head = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
    let bytes = [UInt8(ascii: mark)] + head + content
    var done = 0
    while done < bytes.count {
      let put = bytes.withUnsafeBytes {
        Glibc.write(1, $0.baseAddress! + done, bytes.count - done)
      }
      guard put > 0 else { return }
      done += put
    }
  }
}
