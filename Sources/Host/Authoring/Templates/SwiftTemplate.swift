/// A strategy in Swift: a package on PluginKit, which has no pointers.
extension PluginTemplate {
  static let swift = PluginTemplate(
    library: "@NAME@.so", plugin: "./@NAME@.so", source: "Sources/@TYPE@Plugin/@TYPE@Strategy.swift",
    needs: "a Swift 6.3 toolchain and a checkout of brhost, whose PluginKit the package uses",
    notes: #"""
      `Package.swift` names the checkout; the variable `BRHOST_KIT` names another: `make
      BRHOST_KIT=FOLDER`. `weigh` adopts `Weighting`; its siblings `ScoredWeighting` and `Objective` also
      give scores, or replace the loss. An error thrown ends the run with its text. `Exports.swift` and
      `exports.map` are the two symbols that every plugin exports.
      """#,
    ignored: [".build/"],
    files: [
      ProjectFile(path: "Sources/@TYPE@Plugin/@TYPE@Strategy.swift", text: source),
      ProjectFile(path: "Sources/@TYPE@Plugin/Exports.swift", text: exportedFunctions),
      ProjectFile(path: "Package.swift", text: package),
      ProjectFile(path: "exports.map", text: exports), ProjectFile(path: "Makefile", text: makefile),
    ])

  private static let source = #"""
    internal import Glibc
    internal import PluginKit

    /// Weighs each sample by a power of its loss.
    struct @TYPE@Strategy: Weighting {
      /// What the method reads, and what '--set' changes.
      static let manifest = Manifest(
        id: "@NAME@", version: "0.1.0", name: "@TITLE@",
        summary: "Weighs each sample by a power of its loss.", inputs: [.loss],
        parameters: [
          .float(
            "power", default: 1, min: 0, max: 16,
            help: "0 weighs all alike; the larger, the more hard samples count.")
        ],
        isDeterministic: true, isEquivariant: true)

      let power: Double

      init(parameters: Parameters, setup: Setup) throws {
        power = try parameters.float("power")
      }

      /// The method, and what to replace: fills the weights of one batch.
      mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
        let loss = try batch.floats(.loss)
        var largest = 0.0
        for i in loss.indices {
          guard loss[i].isFinite else { throw StrategyError.numeric("the loss of sample \(i) is \(loss[i])") }
          largest = max(largest, Double(loss[i]))
        }
        // Relative to the largest loss, powers stay within 0 ... 1 whatever the scale, and one of them is 1.
        var sum = 0.0
        for i in loss.indices {
          let relative = largest > 0 ? max(Double(loss[i]), 0) / largest : 1
          weights[i] = Float(pow(relative, power))
          sum += Double(weights[i])
        }
        for i in weights.indices { weights[i] = Float(Double(weights[i]) / sum) }
      }
    }

    """#

  private static let exportedFunctions = #"""
    public import PluginABI
    internal import PluginKit

    private let library = StrategyLibrary([@TYPE@Strategy.self])

    /// The manifest of this library.
    @c @implementation public func br_manifest_v1() -> UnsafePointer<CChar>? { library.manifest }

    /// The functions of the strategy with this id.
    @c @implementation public func br_strategy_v1(
      _ id: UnsafePointer<CChar>?
    ) -> UnsafePointer<br_strategy>? { library.table(id) }

    """#

  private static let package = #"""
    // swift-tools-version: 6.3
    import PackageDescription

    /// A checkout of brhost: that of the variable BRHOST_KIT, else the one that this folder was made with.
    let kit = Context.environment["BRHOST_KIT"] ?? #"@KIT@"#

    let package = Package(
      name: "@NAME@",
      products: [.library(name: "@NAME@", type: .dynamic, targets: ["@TYPE@Plugin"])],
      dependencies: [.package(path: kit)],
      targets: [
        .target(
          name: "@TYPE@Plugin",
          dependencies: [.product(name: "PluginKit", package: String(kit.split(separator: "/").last ?? ""))],
          swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")],
          linkerSettings: [.unsafeFlags(["-Xlinker", "--version-script=exports.map"])])
      ])

    """#

  private static let makefile = #"""
    # Builds and checks the strategy with a Swift toolchain and PluginKit.
    #
    #   make          makes @NAME@.so
    #   make check    has 'brhost plugin check' go over it
    #   make clean    removes what was made
    #
    # BRHOST is the program: that on the PATH, else the one that made this folder. BRHOST_KIT is a checkout of
    # brhost: without it, the one that Package.swift names.

    made_by := @BRHOST@
    BRHOST ?= $(or $(shell command -v brhost 2>/dev/null),$(made_by))
    ifdef BRHOST_KIT
      export BRHOST_KIT
    endif

    @NAME@.so: Package.swift exports.map $(wildcard Sources/*/*.swift)
    \#tswift build -c release $(SWIFTFLAGS)
    \#tinstall -m 755 .build/release/lib@NAME@.so $@

    check: @NAME@.so
    \#t'$(BRHOST)' plugin check ./@NAME@.so

    clean:
    \#t$(RM) -r .build @NAME@.so

    .PHONY: check clean

    """#
}
