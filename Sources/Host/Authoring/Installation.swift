internal import Foundation

/// What of brhost lies around its executable: in an installation (`PREFIX/bin/brhost`), or in a checkout
/// (`CHECKOUT/.build/TRIPLE/release/brhost`).
package struct Installation: Sendable {
  /// The executable.
  let program: String
  /// The folder of the plugin header.
  let include: String?
  /// The folder of what plugins in Python are built with.
  let python: String?
  /// The checkout, which has PluginKit.
  let checkout: String?

  /// Looks around `executable` (by default, the running one).
  package init(executable: String? = nil) {
    let running = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(fileURLWithPath: executable ?? running ?? CommandLine.arguments[0])
      .resolvingSymlinksInPath().path
    let prefix = folder(of: folder(of: program))
    var ancestors = [folder(of: program)]
    while ancestors.count < 4 { ancestors.append(folder(of: ancestors[ancestors.count - 1])) }
    let checkout = ancestors.first(where: Self.isCheckout)
    func first(_ folders: [String?], holding name: String) -> String? {
      folders.compactMap { $0 }.first { FileManager.default.fileExists(atPath: "\($0)/\(name)") }
    }

    self.program = program
    self.checkout = checkout
    include = first(
      ["\(prefix)/include", checkout.map { "\($0)/Sources/PluginABI/include" }], holding: "brhost_plugin.h")
    python = first(
      ["\(prefix)/share/brhost/python", checkout.map { "\($0)/plugins/python" }], holding: "python.mk")
  }

  /// Whether the folder is a checkout of brhost: it has PluginKit.
  static func isCheckout(_ folder: String) -> Bool {
    ["Package.swift", "Sources/PluginKit"].allSatisfy {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }
}
