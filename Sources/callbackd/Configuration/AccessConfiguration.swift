import CallbackCore
import CallbackMessages
import CallbackServer
import Yams

/// Who may call, as the configuration file says it, beside the daemon's own user and root.
struct AccessConfiguration: Equatable, Sendable {
  /// The roles of users and groups.
  var grants: [AccessPolicy.Grant] = []
  /// The agents that users are bound to.
  var bound: [UInt32: Set<AgentID>] = [:]
  /// The section as the file has it; empty where it has none.
  var text = ""

  /// The section's key.
  static let key = "access"
  /// Entries of one list: more people than a site has are a mistake.
  static let mostEntries = 10_000

  private static let roles: [(name: String, role: OptionsV1.Role)] = [
    ("requester", .requester), ("agent", .agent), ("telephony", .telephony),
    ("observer", .observer), ("admin", .admin),
  ]

  /// Whether anybody is let in beside the daemon's own user and root.
  var admitsOthers: Bool { !grants.isEmpty || !bound.isEmpty }

  /// The policy for a daemon that runs as `user`.
  func policy(ownUser user: UInt32) -> AccessPolicy {
    AccessPolicy(
      grants: grants + [
        .init(.user(user), roles: [.admin]), .init(.user(0), roles: [.admin]),
      ], bound: bound)
  }
}

extension AccessConfiguration {
  /// Reads the section.
  init(_ node: Node, file: String) throws(ConfigurationError) {
    var reader = try NodeReader(node, key: Self.key, file: file)
    for (name, role) in Self.roles {
      guard var section = try reader.section(name) else { continue }
      for id in try Self.ids("users", &section, "user", AccountNames.user) {
        grants.append(.init(.user(id), roles: [role]))
      }
      for id in try Self.ids("groups", &section, "group", AccountNames.group) {
        grants.append(.init(.group(id), roles: [role]))
      }
      try section.finish()
    }
    if let node = reader.value("bound") { try readBound(node, file) }
    try reader.finish()
    text = (try? Yams.serialize(node: node)) ?? ""
  }

  private static func ids(
    _ name: String, _ section: inout NodeReader, _ kind: String, _ find: (String) -> UInt32?
  ) throws(ConfigurationError) -> [UInt32] {
    let names = try section.texts(name)
    if names.count > mostEntries { throw section.error(name, "has more than \(mostEntries)") }
    return try names.map { (text) throws(ConfigurationError) in
      guard let id = find(text) else {
        throw section.error(name, "this host has no \(kind) \(text)")
      }
      return id
    }
  }

  private mutating func readBound(_ node: Node, _ file: String) throws(ConfigurationError) {
    var reader = try NodeReader(node, key: Self.key + ".bound", file: file)
    for name in node.mapping?.keys.compactMap({ $0.scalar?.string }) ?? [] {
      guard let user = AccountNames.user(name) else {
        throw reader.error(name, "this host has no user \(name)")
      }
      let agents = try reader.texts(name)
      guard !agents.isEmpty, agents.allSatisfy({ (1...64).contains($0.utf8.count) }) else {
        throw reader.error(name, "must be the ids of one agent or more")
      }
      bound[user, default: []].formUnion(agents.map { AgentID($0) })
    }
    try reader.finish()
  }
}

extension AccessConfiguration {
  /// The section as --print-config shows it.
  var lines: [String] {
    let title = [
      "# Who may call beside the daemon's user and root: users and groups by name or number, for",
      "# each role. A user under `bound` is an agent's desktop for the agents named, and no others.",
    ]
    if text.isEmpty {
      return title + [
        "# access:", "#   requester: {users: [ivr], groups: [web]}",
        "#   agent: {groups: [desktops]}", "#   telephony: {users: [asterisk]}",
        "#   observer: {users: [prometheus]}", "#   admin: {groups: [callback-admins]}",
        "#   bound: {ada: [ada], bob: [bob, bob-mobile]}",
      ]
    }
    return title + ["access:"] + text.split(separator: "\n").map { "  \($0)" }
  }
}
