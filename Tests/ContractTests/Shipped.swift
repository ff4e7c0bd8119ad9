import Host
import TestSupport

/// The strategies of this build, by id: those of its libraries that are plugins.
enum Shipped {
  static let catalog = PluginCatalog(folders: [
    PluginFolder(path: Repository.products.path, origin: .executable)
  ])
  static let manifests = catalog.list().flatMap { (try? $0.library.get())?.manifest.strategies ?? [] }
  static let ids = manifests.map(\.id).sorted()

  /// An instance for a `TrialRun`, with so many training samples of each class.
  static func instance(
    _ id: String, _ settings: [String] = [], counts: [Int64] = TrialRun.setup.classCounts
  ) throws -> StrategyInstance {
    var setup = TrialRun.setup
    setup.classCounts = counts
    return try StrategyInstance(
      catalog.find(id), settings: settings, setup: setup, available: Set(StrategyInput.allCases))
  }
}
