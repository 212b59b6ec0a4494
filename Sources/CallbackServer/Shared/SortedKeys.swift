import CallbackCore

extension ConfiguredIdentifier {
  /// The key of a page token.
  var keyBytes: [UInt8] { Array(rawValue.utf8) }
}

extension Array where Element: ConfiguredIdentifier {
  /// The ids after a key of a page token, in their order.
  func afterKey(_ key: [UInt8]?) -> ArraySlice<Element> {
    guard let key else { return self[...] }
    let last = Element(String(decoding: key, as: UTF8.self))
    return self[firstIndex(above: { $0 > last })...]
  }
}

extension Array {
  /// The first index at which a condition holds that holds for all later ones too.
  func firstIndex(above condition: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
