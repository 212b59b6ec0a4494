public import CallbackCore
public import CallbackMessages

extension V1.Exclusion {
  /// An exclusion as configured.
  public init(_ exclusion: Exclusion) {
    self.init(
      number: exclusion.key.e164, locationID: exclusion.key.location?.rawValue ?? "",
      note: exclusion.note, etag: Etag.text(exclusion.revision))
  }
}

extension V1.InactiveReason {
  /// A reason as configured.
  public init(_ reason: InactiveReason) {
    self.init(
      reasonID: reason.id.rawValue, name: reason.name,
      timeout: reason.timeout.map { GoogleProtobuf.Duration($0) },
      etag: Etag.text(reason.revision))
  }

  /// The reason that a request wants.
  public func reason(_ path: String = "reason") throws(FieldError) -> InactiveReason {
    InactiveReason(
      id: try Field.identifier(reasonID, "\(path).reason_id"),
      name: try Field.text(name, "\(path).name", atMost: FieldLimits.nameBytes),
      timeout: try timeout?.span("\(path).timeout"))
  }
}
