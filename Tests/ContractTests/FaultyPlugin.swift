import Foundation
import Host
import TestSupport

/// The plugin `faulty.c`, whose macros choose what it does wrong.
enum FaultyPlugin {
  static let source = Repository.root.appendingPathComponent("Tests/ContractTests/Plugins/faulty.c")

  /// Calls `body` with the strategy of the plugin, compiled with these macros.
  @discardableResult
  static func with<Result>(
    _ macros: [String], _ body: (LocatedStrategy) throws -> Result
  ) throws -> Result {
    try Repository.withTemporaryFolder { folder in
      let path = try CompiledPlugin.build(source, macros.map { "-D" + $0 }, in: folder)
      return try body(try PluginCatalog(folders: []).find(path))
    }
  }
}
