// swift-tools-version: 6.3
import PackageDescription

/// What every Swift target of this package is compiled with.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableExperimentalFeature("Lifetimes"),
]

/// Where an installed program or plugin finds the Swift runtime, seen from its own folder; the toolchain's folder,
/// which the compiler names, comes first.
func runtime(_ path: String) -> LinkerSetting { .unsafeFlags(["-Xlinker", "-rpath=$ORIGIN/\(path)"]) }

/// Shipped strategies: one folder, one dynamic library that exports the two plugin symbols and nothing else.
func strategy(_ target: String) -> Target {
  .target(
    name: target, dependencies: ["PluginKit", "PluginABI"], path: "Sources/Strategies/\(target)",
    swiftSettings: strict,
    linkerSettings: [
      .unsafeFlags(["-Xlinker", "--version-script=Sources/PluginABI/exports.map"]), runtime("../runtime"),
    ])
}

func tests(_ target: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: target, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

/// The fuzzer links with libFuzzer alone, so it is there only when scripts/fuzz.sh asks for it.
let fuzzer: [Target] =
  Context.environment["BRHOST_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Entry",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
  ]

let package = Package(
  name: "brhost",
  products: [
    .executable(name: "brhost", targets: ["brhost"]),
    .library(name: "PluginKit", targets: ["PluginKit"]),
    .library(name: "erm", type: .dynamic, targets: ["ERM"]),
    .library(name: "gamma-threshold", type: .dynamic, targets: ["GammaThreshold"]),
    .library(name: "class-weights", type: .dynamic, targets: ["ClassWeights"]),
    .library(name: "loss-weights", type: .dynamic, targets: ["LossWeights"]),
    .library(name: "gradient-weights", type: .dynamic, targets: ["GradientWeights"]),
    .library(name: "meta-weights", type: .dynamic, targets: ["MetaWeights"]),
    .library(name: "objectives", type: .dynamic, targets: ["Objectives"]),
    .library(name: "allocation-counter", type: .dynamic, targets: ["AllocationCounter"]),
  ],
  targets: [
    // The contract with plugins, and its Swift face.
    .target(name: "PluginABI", exclude: ["exports.map"]),
    .target(name: "PluginKit", dependencies: ["PluginABI"], swiftSettings: strict),
    strategy("ERM"),
    strategy("GammaThreshold"),
    strategy("ClassWeights"),
    strategy("LossWeights"),
    strategy("GradientWeights"),
    strategy("MetaWeights"),
    strategy("Objectives"),

    // Tensors to networks: knows no plugin, no file, no clock.
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/Models/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .target(
      name: "CKernels", path: "Sources/Models/CKernels",
      cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
    .target(
      name: "Models", dependencies: ["CKernels", "COpenBLAS"], exclude: ["CKernels", "COpenBLAS"],
      swiftSettings: strict),

    // Data, plugins, training, records: the only module that knows plugins.
    .systemLibrary(
      name: "CFFI", path: "Sources/Host/CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),
    .systemLibrary(
      name: "CZlib", path: "Sources/Host/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CPNG", path: "Sources/Host/CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(
      name: "CIsolation", path: "Sources/Host/CIsolation",
      cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    .target(
      name: "Host", dependencies: ["Models", "PluginABI", "CFFI", "CIsolation", "CZlib", "CPNG"],
      exclude: ["CFFI", "CIsolation", "CZlib", "CPNG", "AllocationCounter"], swiftSettings: strict),
    // Preloaded by 'plugin bench', linked by nothing.
    .target(
      name: "AllocationCounter", path: "Sources/Host/AllocationCounter",
      cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    .executableTarget(
      name: "brhost", dependencies: ["Host"], swiftSettings: strict,
      linkerSettings: [runtime("../lib/brhost/runtime")]),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    tests("ModelsTests", ["Models", "Host"]),
    tests(
      "HostTests", ["Host", "Models"],
      exclude: ["Training/flawed.c", "Training/memory.c", "Training/probe.c"]),
    tests("ContractTests", ["Host", "PluginKit"], exclude: ["Formulas", "Plugins", "Released"]),
    tests("CommandTests", ["Host", "brhost"], exclude: ["allocating.c", "browser.py", "hparams.py"]),
    tests("FaultTests", ["Host"]),
    tests("HouseTests", ["brhost"]),

    // Every reader of bytes from outside with its promises, for the tests and for the fuzzer.
    .target(
      name: "FuzzTargets", dependencies: ["Host", "Models"], path: "Tests/Fuzz/Targets", swiftSettings: strict
    ),
    tests("FuzzTests", ["FuzzTargets", "Host", "Models"]),
  ] + fuzzer
)
