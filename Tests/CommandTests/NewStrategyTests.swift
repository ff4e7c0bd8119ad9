internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// What `brhost plugin new` makes builds without a warning and weighs by its formula, in every language.
@Suite struct NewStrategyTests {
  /// How a language's Makefile is told to take warnings for errors.
  static let strictly: [PluginLanguage: [String]] = [
    .c: ["CFLAGS=-O2 -Wall -Wextra -pedantic -Wconversion -Werror"],
    .cpp: ["CXXFLAGS=-O2 -Wall -Wextra -pedantic -Werror"],
    .rust: ["RUSTFLAGS=-C opt-level=1 -D warnings"],
    .fortran: ["FFLAGS=-O2 -Wall -Wextra -pedantic -Werror"],
    .swift: ["SWIFTFLAGS=-Xswiftc -warnings-as-errors"],
    .python: ["CFLAGS=-O2 -Wall -Wextra -Werror"],
  ]

  @Test(.enabled(if: isThere("cc"), "there is no C compiler"))
  func strategyInCKeepsItsFormula() throws { try expectFormula(.c) }

  @Test(.enabled(if: isThere("c++"), "there is no C++ compiler"))
  func strategyInCPlusPlusKeepsItsFormula() throws { try expectFormula(.cpp) }

  @Test(.enabled(if: isThere("rustc"), "there is no rustc"))
  func strategyInRustKeepsItsFormula() throws { try expectFormula(.rust) }

  @Test(.enabled(if: isThere("swift"), "there is no Swift toolchain"))
  func strategyInSwiftKeepsItsFormula() throws { try expectFormula(.swift) }

  static let canEmbedPython: Bool = {
    let script = Repository.root.appendingPathComponent("plugins/python/flags.py").path
    let line = "python3 '\(script)' && python3 -c 'import numpy'"
    return (try? run(URL(fileURLWithPath: "/bin/sh"), ["-c", line]))?.status == 0
  }()

  @Test(.enabled(if: canEmbedPython, "there is no Python with headers, library and numpy"))
  func strategyInPythonKeepsItsFormula() throws { try expectFormula(.python) }

  @Test(.enabled(if: isThere("gfortran"), "there is no Fortran compiler"))
  func strategyInFortranKeepsItsFormula() throws { try expectFormula(.fortran) }

  static let bindings = Repository.root.appendingPathComponent("plugins/entropy/brhost.rs")

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: bindings.path), "the example in Rust is absent"))
  func bindingsInRustAreThoseOfTheExample() throws {
    let project = try PluginProject(name: "x", language: .rust)
    let file = try #require(project.files.first { $0.path == "brhost.rs" })
    #expect(try file.text == String(contentsOf: Self.bindings, encoding: .utf8))
  }

  // MARK: - Building

  /// Makes a strategy in `folder`/my-own-2 and builds it.
  private func make(_ language: PluginLanguage, in folder: URL) throws {
    let line = ["plugin", "new", "my-own-2", "--lang", language.rawValue]
    let made = try run(program, line, in: folder)
    try #require(made.status == 0, "\(made.errors)")
    let built = try run(
      URL(fileURLWithPath: "/usr/bin/env"), ["make"] + Self.strictly[language, default: []],
      in: folder.appendingPathComponent("my-own-2"))
    try #require(built.status == 0, "\(built.output)\(built.errors)")
  }

  private static func isThere(_ tool: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
    }
  }

  // MARK: - The formula

  static let batches: [[Float]] = [
    [3, 1, 4, 1, 5, 9, 2, 6], [0, 0, 0], [2], [0], [0.5, 0, 0.25], [1, 1, 1, 1, 1], [-1, 1, 3],
    [.greatestFiniteMagnitude, .greatestFiniteMagnitude, 1],
    [.leastNonzeroMagnitude, 3 * .leastNonzeroMagnitude, 0], [1e-30, 1e30, 1e29],
  ]

  private func expectFormula(_ language: PluginLanguage) throws {
    try Repository.withTemporaryFolder { folder in
      try make(language, in: folder)
      let file = language == .fortran ? "my-own-2.brhost.json" : "my-own-2.so"
      let strategy = try PluginCatalog(folders: []).find("\(folder.path)/my-own-2/\(file)")
      #expect(strategy.manifest.id == "my-own-2" && strategy.library.manifest.notes.isEmpty)
      #expect(strategy.manifest.isDeterministic && strategy.manifest.isEquivariant)
      for power in [0, 0.5, 1, 2, 16] {
        var instance = try StrategyInstance(strategy, settings: ["power=\(power)"], setup: Self.setup)
        for losses in Self.batches {
          let weights = try weigh(losses, &instance)
          for (weight, expected) in zip(weights, formula(losses, power)) {
            #expect(abs(Double(weight) - expected) < 1e-6, "\(language) \(losses) power \(power): \(weights)")
          }
        }
      }
      let checked = try run(
        URL(fileURLWithPath: "/usr/bin/env"), ["make", "check", "BRHOST=\(program.path)"],
        in: folder.appendingPathComponent("my-own-2"))
      #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
      var instance = try StrategyInstance(strategy, setup: Self.setup)
      for loss in [Float.nan, .infinity] {
        let error = #expect(throws: PluginError.self) { try weigh([1, loss], &instance) }
        #expect(error?.problem.contains("failed in step 0: ") == true, "\(String(describing: error))")
      }
      #expect(try weigh([1, 3], &instance) == [0.25, 0.75])
    }
  }

  /// The formula of the README, in double precision.
  private func formula(_ losses: [Float], _ power: Double) -> [Double] {
    let largest = losses.map(Double.init).max() ?? 0
    guard largest > 0 else { return losses.map { _ in 1 / Double(losses.count) } }
    let powers = losses.map { pow(max(0, Double($0)) / largest, power) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  private static let sizes = TensorSizes(batch: 8, classes: 3, features: 4, gradientLength: 12)
  private static let setup = StrategySetup(
    sizes: sizes, trainingSamples: 100, classCounts: [50, 30, 20], seed: 7)

  private func weigh(_ losses: [Float], _ instance: inout StrategyInstance) throws -> [Float] {
    let tensors = StepTensors(inputs: [.loss], sizes: Self.sizes)
    for (i, loss) in losses.enumerated() {
      tensors.floats(.loss).buffer[i] = loss
      tensors.integers(.sampleID).buffer[i] = Int64(i)
    }
    let context = StepContext(batch: losses.count, epoch: 0, step: 0, progress: 0, learningRate: 0.1)
    _ = try instance.step(context, tensors)
    return tensors.output(.weight).buffer.array(prefix: losses.count)
  }
}
