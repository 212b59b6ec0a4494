import Testing

@testable import callbackd

@Suite("Where the daemon keeps its files")
struct DefaultPathsTests {
  @Test("root follows the file system hierarchy, whatever the environment says")
  func root() {
    let paths = DefaultPaths(userID: 0, environment: ["XDG_RUNTIME_DIR": "/run/user/0"])
    #expect(paths.socket == "/run/callbackd/callbackd.sock")
    #expect(paths.data == "/var/lib/callbackd")
  }

  @Test("a user follows the XDG base directories")
  func user() {
    let paths = DefaultPaths(
      userID: 1000, environment: ["XDG_RUNTIME_DIR": "/run/me", "XDG_STATE_HOME": "/home/me/st"])
    #expect(paths.socket == "/run/me/callbackd/callbackd.sock")
    #expect(paths.data == "/home/me/st/callbackd")
  }

  @Test("without XDG variables, or with relative ones, their defaults count")
  func defaults() {
    let paths = DefaultPaths(
      userID: 1000, environment: ["HOME": "/home/me", "XDG_STATE_HOME": "state"])
    #expect(paths.socket == "/run/user/1000/callbackd/callbackd.sock")
    #expect(paths.data == "/home/me/.local/state/callbackd")
  }
}
