import CallbackMessages

/// The configuration, and the daemon itself: `callback.v1.AdminService`.
struct AdminService: Sendable {
  let context: ServiceContext

  /// Registers every method of the service.
  func register(on methods: inout MethodRegistrar) {
    typealias Methods = AdminServiceMethods
    methods.command(Methods.putQueue, putQueue)
    methods.read(Methods.getQueue, getQueue)
    methods.read(Methods.listQueues, listQueues)
    methods.command(Methods.deleteQueue, deleteQueue)
    methods.command(Methods.putAgent, putAgent)
    methods.read(Methods.getAgentConfig, getAgentConfig)
    methods.read(Methods.listAgentConfigs, listAgentConfigs)
    methods.command(Methods.deleteAgent, deleteAgent)
    methods.command(Methods.putLocation, putLocation)
    methods.read(Methods.getLocation, getLocation)
    methods.read(Methods.listLocations, listLocations)
    methods.command(Methods.deleteLocation, deleteLocation)
    methods.command(Methods.putNumber, putNumber)
    methods.read(Methods.getNumber, getNumber)
    methods.read(Methods.listNumbers, listNumbers)
    methods.command(Methods.deleteNumber, deleteNumber)
    methods.command(Methods.setAgentQueues, setAgentQueues)
    methods.command(Methods.setQueueState, setQueueState)
    methods.command(Methods.overrideAgent, overrideAgent)
    methods.command(Methods.putExclusion, putExclusion)
    methods.read(Methods.listExclusions, listExclusions)
    methods.command(Methods.deleteExclusion, deleteExclusion)
    methods.command(Methods.putInactiveReason, putInactiveReason)
    methods.read(Methods.listInactiveReasons, listInactiveReasons)
    methods.command(Methods.deleteInactiveReason, deleteInactiveReason)
    methods.read(Methods.getSettings, getSettings)
    methods.command(Methods.putSettings, putSettings)
    methods.command(Methods.settleAttempt, settleAttempt)
    methods.bidirectional(Methods.importDirectory, importDirectory)
    methods.serverStream(Methods.exportDirectory, exportDirectory)
    methods.serverStream(Methods.backup, backup)
    methods.unary(Methods.forgetCaller, forgetCaller)
    methods.unary(Methods.listForgettings, listForgettings)
    methods.serverStream(Methods.watchEvents, watchEvents)
    methods.read(Methods.listDialers, listDialers)
    methods.read(Methods.getServerInfo, getServerInfo)
    methods.unary(Methods.reloadConfiguration, reloadConfiguration)
    methods.read(Methods.getStats, getStats)
  }
}
