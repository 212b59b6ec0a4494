/// What somebody who searches may mean by what they typed.
enum SearchText {
  /// A query of the index of names: every word begins a word of the name. Nil without any word.
  ///
  /// Each word is letters and digits only and stands in quotes, so none is an operator.
  static func nameQuery(_ text: String) -> String? {
    let words = text.split { !$0.isLetter && !$0.isNumber }.prefix(8)
    guard !words.isEmpty else { return nil }
    return words.map { "\"\($0)\"*" }.joined(separator: " ")
  }

  /// The digits of what looks like a part of a number: three or more, and only punctuation beside
  /// them. A leading national prefix or plus is not part of what is stored.
  static func digits(_ text: String) -> String? {
    let punctuation = Set<Character>(" +-()./")
    guard text.allSatisfy({ $0.isASCII && ($0.isWholeNumber || punctuation.contains($0)) }) else {
      return nil
    }
    let digits = text.filter(\.isWholeNumber)
    return digits.count >= 3 ? digits : nil
  }
}
