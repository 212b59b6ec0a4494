import CallbackClient
import CallbackMessages

/// What the README shows: asks the daemon behind the socket that is named for one callback.
@main
enum RequestCallback {
  static func main() async throws {
    let client = CallbackClient(socket: CommandLine.arguments[1])
    let taken = try await client.call(
      CallbackServiceMethods.requestCallback,
      V1.RequestCallbackRequest(
        dialledNumber: "+12025550100", callerName: "Linda", callerNumber: "(202) 555-0111"))
    print(taken.callbackID, taken.ahead, "before it")
    await client.close()
  }
}
