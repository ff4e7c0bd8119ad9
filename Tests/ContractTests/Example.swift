import Foundation
import TestSupport
import Testing

/// A plugin of the folder `plugins`, built in a copy of its folder by its own Makefile.
struct Example: Sendable, CustomTestStringConvertible {
  /// Its folder in `plugins`.
  let folder: String
  /// The file that its Makefile makes.
  let library: String
  /// The compiler, looked for on the PATH.
  let compiler: String
  /// What its Makefile is told, beyond where things are, so that warnings are errors.
  let arguments: [String]
  /// The symbols that its library exports.
  var symbols = ["br_manifest_v1", "br_strategy_v1"]

  static let hardExamples = Example(
    folder: "hard-examples", library: "hard-examples.so", compiler: "cc",
    arguments: ["CFLAGS=-O1 -std=c11 -Wall -Wextra -pedantic -Werror"])
  static let lossAverage = Example(
    folder: "loss-average", library: "loss-average.so", compiler: "c++",
    arguments: ["CXXFLAGS=-O1 -std=c++17 -Wall -Wextra -pedantic -Werror"])
  static let entropy = Example(
    folder: "entropy", library: "entropy.so", compiler: "rustc",
    arguments: ["RUSTFLAGS=--edition 2021 -D warnings"])
  static let curriculum = Example(
    folder: "curriculum", library: "curriculum.so", compiler: "swift", arguments: [])
  static let inverseLoss = Example(
    folder: "inverse-loss", library: "libinverse-loss.so", compiler: "gfortran",
    arguments: ["FFLAGS=-O1 -std=f2008 -Wall -Wextra -Werror"], symbols: ["inverse_loss"])
  static let clusterBalance = Example(
    folder: "cluster-balance", library: "cluster-balance.so", compiler: "cc",
    arguments: ["CFLAGS=-O1 -Wall -Wextra -Werror"])

  static let all = [hardExamples, lossAverage, entropy, curriculum, inverseLoss, clusterBalance]

  var testDescription: String { folder }

  /// Whether the compiler is there, and the Python that the example needs.
  var isBuildable: Bool {
    Self.program(compiler) != nil && (self.folder != "cluster-balance" || EmbeddedPython.interpreter != nil)
  }

  /// Why it cannot be built where `isBuildable` is false.
  var reason: Comment {
    "'\(folder)' needs \(compiler)\(folder == "cluster-balance" ? " and \(EmbeddedPython.needs)" : "")"
  }

  /// Builds it in `folder`, and returns the library's path.
  func build(in folder: URL) throws -> String {
    let copy = folder.appendingPathComponent(self.folder)
    let plugins = Repository.root.appendingPathComponent("plugins")
    try FileManager.default.copyItem(at: plugins.appendingPathComponent(self.folder), to: copy)
    // What was built in the checkout is not what is tested.
    for name in [".build", library] {
      try? FileManager.default.removeItem(at: copy.appendingPathComponent(name))
    }
    let places = [
      "HEADER=\(CompiledPlugin.header.path)", "BRHOST=\(Repository.root.path)",
      "PYTHON_STRATEGY=\(plugins.path)/python", "PYTHON=\(EmbeddedPython.interpreter?.path ?? "python3")",
    ]
    let made = try run(URL(fileURLWithPath: "/usr/bin/env"), ["make"] + places + arguments, in: copy)
    guard made.status == 0 else { throw CompiledPlugin.Refused(description: made.output + made.errors) }
    return copy.appendingPathComponent(library).path
  }

  /// The program of this name on the PATH.
  static func program(_ name: String) -> URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { URL(fileURLWithPath: "\($0)/\(name)") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}

/// The Python that plugins of `plugins/python` are built with.
enum EmbeddedPython {
  static let needs = "a Python with numpy, Python.h and a shared libpython"

  /// The first that has all: that of the tests' readers, that on the PATH, the system's.
  static let interpreter: URL? = {
    let flags = Repository.root.appendingPathComponent("plugins/python/flags.py").path
    let candidates = [
      Python.interpreter, Example.program("python3"), URL(fileURLWithPath: "/usr/bin/python3"),
    ]
    return candidates.compactMap { $0 }.first { python in
      let results = [["-c", "import numpy"], [flags]].map { try? run(python, $0) }
      return results.allSatisfy { $0?.status == 0 }
    }
  }()
}
