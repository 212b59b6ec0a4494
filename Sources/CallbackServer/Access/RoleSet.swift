import CallbackMessages

/// Roles as bits, because every call asks for them.
struct RoleSet: OptionSet, Sendable {
  let rawValue: UInt32

  static let requester = RoleSet(.requester)
  static let agent = RoleSet(.agent)
  static let telephony = RoleSet(.telephony)
  static let observer = RoleSet(.observer)
  static let admin = RoleSet(.admin)
  /// For what everybody may call who may call anything.
  static let any: RoleSet = [.requester, .agent, .telephony, .observer, .admin]

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ role: OptionsV1.Role) { rawValue = 1 << UInt32(role.rawValue) }

  init(_ roles: some Sequence<OptionsV1.Role>) {
    self = roles.reduce(into: []) { $0.formUnion(RoleSet($1)) }
  }

  /// The names as configurations and refusals write them, in upper case.
  var names: [String] {
    [OptionsV1.Role.requester, .agent, .telephony, .observer, .admin]
      .filter { contains(RoleSet($0)) }
      .compactMap { $0.protoName.map { String($0.dropFirst("ROLE_".count)) } }
  }
}
