// swift-tools-version: 6.3
import PackageDescription

// A plugin in a package of its own. The dependency is a path, not a version, because SwiftPM takes no package
// with compiler flags of its own by version. `name:` lets the checkout's folder have any name.
let package = Package(
  name: "curriculum",
  products: [.library(name: "curriculum", type: .dynamic, targets: ["Curriculum"])],
  dependencies: [.package(name: "brhost", path: Context.environment["BRHOST"] ?? "../..")],
  targets: [
    .target(
      name: "Curriculum", dependencies: [.product(name: "PluginKit", package: "brhost")],
      swiftSettings: [.treatAllWarnings(as: .error), .enableExperimentalFeature("Lifetimes")],
      // Keeps PluginKit, which is linked into the plugin, out of the exported symbols.
      linkerSettings: [
        .unsafeFlags(["-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map"])
      ])
  ])
