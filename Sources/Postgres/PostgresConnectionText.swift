import CPostgreSQL

/// What names a database, as libpq reads it.
public enum PostgresConnectionText {
  /// What is wrong with a text, in words for the operator; nil where libpq can read it and it holds
  /// no password, which belongs into a file of its own.
  public static func problem(of text: String) -> String? {
    var words: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &words) else {
      // libpq's complaint would repeat the text, and with it what should not be there.
      PQfreemem(words)
      return "must be what libpq reads: host=… dbname=… user=…, or a postgresql:// address"
    }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      let isSecret = ["password", "sslpassword"].contains(String(cString: keyword))
      if isSecret, option.pointee.val != nil {
        return "must hold no password: name a file in password_file"
      }
      option += 1
    }
    return nil
  }
}
