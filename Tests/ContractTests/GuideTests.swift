import Foundation
import Host
import TestSupport
import Testing

/// What the author's guide shows compiles and runs, from a folder outside the repository.
/// Skipped without a C compiler.
@Suite(.enabled(if: CompiledPlugin.compiler != nil)) struct GuideTests {
  static let folder = Repository.root.appendingPathComponent("plugins")

  /// The blocks of the guide in one language, with the line that each starts on.
  static func blocks(
    _ language: String, in document: String = "plugins/README.md"
  ) throws -> [(line: Int, text: String)] {
    let guide = try String(contentsOf: Repository.root.appendingPathComponent(document), encoding: .utf8)
    var blocks: [(Int, String)] = []
    var current: (line: Int, lines: [Substring])?
    for (index, line) in guide.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line == "```" + language {
        current = (index + 2, [])
      } else if line == "```", let block = current {
        blocks.append((block.line, block.lines.joined(separator: "\n") + "\n"))
        current = nil
      } else {
        current?.lines.append(line)
      }
    }
    return blocks
  }

  @Test func blocksOfCCompile() throws {
    let blocks = try Self.blocks("c")
    #expect(blocks.count == 3)
    for (line, text) in blocks {
      try Repository.withTemporaryFolder { folder in
        let source = folder.appendingPathComponent("block-\(line).c")
        try text.write(to: source, atomically: true, encoding: .utf8)
        _ = try CompiledPlugin.build(source, ["-Wextra", "-pedantic"], in: folder)
      }
    }
  }

  @Test func firstBlockIsAWholePlugin() throws {
    try Repository.withTemporaryFolder { folder in
      let source = folder.appendingPathComponent("uniform.c")
      try #require(try Self.blocks("c").first).text.write(to: source, atomically: true, encoding: .utf8)
      let path = try CompiledPlugin.build(source, in: folder)
      var instance = try StrategyInstance(try PluginCatalog(folders: []).find(path), setup: TrialRun.setup)
      #expect(try TrialRun.step(&instance, TrialRun.Batch(count: 4)).weights == [0.25, 0.25, 0.25, 0.25])
    }
  }

  @Test func blocksOfJSONAreManifests() throws {
    for (_, text) in try Self.blocks("json") {
      let manifest = try ManifestReader.read(Array(text.utf8), file: "plugins/README.md")
      #expect(manifest.notes.isEmpty)
    }
  }

  /// The Fortran block, called as the last block of JSON says. Skipped without a Fortran compiler.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gfortran")))
  func blockOfFortranIsAStrategy() throws {
    try Repository.withTemporaryFolder { folder in
      let source = folder.appendingPathComponent("inverse_power.f90")
      try #require(try Self.blocks("fortran").first).text.write(to: source, atomically: true, encoding: .utf8)
      let library = folder.appendingPathComponent("libinverse-power.so").path
      let compiled = try run(
        URL(fileURLWithPath: "/usr/bin/gfortran"),
        ["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source.path])
      #expect(compiled.status == 0, "\(compiled.errors)")
      let manifest = folder.appendingPathComponent("inverse-power.brhost.json")
      try #require(try Self.blocks("json").last).text.write(to: manifest, atomically: true, encoding: .utf8)
      var instance = try StrategyInstance(
        try PluginCatalog(folders: []).find(manifest.path), settings: ["power=2"], setup: TrialRun.setup)
      var batch = TrialRun.Batch(count: 3)
      batch.losses = [0.99, 1.99, 3.99]
      let weights = try TrialRun.step(&instance, batch).weights
      for (weight, expected) in zip(weights, [1, 1.0 / 4, 1.0 / 16]) {
        #expect(abs(Double(weight) - expected / 1.3125) < 1e-6)
      }
    }
  }

  /// The Python blocks of the guide and of the folder's own page are strategies, and keep the contract.
  @Test(.enabled(if: EmbeddedPython.interpreter != nil, "\(EmbeddedPython.needs) is missing"))
  func blocksOfPythonKeepTheContract() throws {
    for document in ["plugins/README.md", "plugins/python/README.md"] {
      let block = try #require(try Self.blocks("python", in: document).first)
      try Repository.withTemporaryFolder { folder in
        try block.text.write(to: folder.appendingPathComponent("x.py"), atomically: true, encoding: .utf8)
        let file = Repository.root.appendingPathComponent("plugins/python/python.mk").path
        let made = try run(
          URL(fileURLWithPath: "/usr/bin/env"),
          ["make", "-f", file, "x.so", "PYTHON=\(EmbeddedPython.interpreter?.path ?? "")"], in: folder)
        #expect(made.status == 0, "\(made.errors)")
        let checked = try run(
          Repository.products.appendingPathComponent("brhost"), ["plugin", "check", folder.path + "/x.so"])
        #expect(checked.status == 0, "\(document): \(checked.output)\(checked.errors)")
      }
    }
  }

  @Test func registryOfTheGuideIsTheHosts() throws {
    let guide = try String(contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    func row(_ name: String, _ type: ElementType, _ dimensions: [TensorDimension]) -> String {
      "`\(name)` | \(type.name) | [\(dimensions.map(\.rawValue).joined(separator: ", "))] |"
    }
    for input in StrategyInput.allCases where input != .gram {
      #expect(guide.contains(row(input.rawValue, input.elementType, input.dimensions)), "\(input.rawValue)")
    }
    for output in StrategyOutput.allCases {
      #expect(guide.contains(row(output.rawValue, .float32, output.dimensions)), "\(output.rawValue)")
    }
  }

  /// The Swift block, linked with PluginKit's objects of this build. Skipped without a Swift compiler.
  @Test(.enabled(if: swiftCompiler != nil))
  func blockOfSwiftIsAWholePlugin() throws {
    let compiler = try #require(Self.swiftCompiler)
    try Repository.withTemporaryFolder { folder in
      let source = folder.appendingPathComponent("Noisy.swift")
      try #require(try Self.blocks("swift").first).text.write(to: source, atomically: true, encoding: .utf8)
      let path = folder.appendingPathComponent("noisy.so").path
      let products = Repository.products
      let objects = ["PluginKit", "PluginABI"].flatMap { name -> [String] in
        let build = products.appendingPathComponent("\(name).build")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: build.path)) ?? []
        return files.filter { $0.hasSuffix(".o") }.map { build.appendingPathComponent($0).path }
      }
      let result = try run(
        compiler,
        [
          "-emit-library", "-parse-as-library", "-swift-version", "6", "-module-name", "Noisy", "-o", path,
          "-I", products.appendingPathComponent("Modules").path, "-Xcc",
          "-fmodule-map-file=\(products.path)/PluginABI.build/module.modulemap", "-Xcc", "-I", "-Xcc",
          CompiledPlugin.header.path, source.path,
        ] + objects)
      #expect(result.status == 0, "\(result.errors)")

      var metrics: [Double] = []
      var services = StrategyServices.serial
      services.metric = { _, value in metrics.append(value) }
      var instance = try StrategyInstance(
        try PluginCatalog(folders: []).find(path), settings: ["noise=0"], setup: TrialRun.setup,
        services: services)
      var batch = TrialRun.Batch(count: 5)
      batch.losses = [1, 2, 3, 4, 5]
      #expect(try TrialRun.step(&instance, batch).weights == batch.losses.map { $0 / 15 })
      #expect(metrics == [15])

      batch.losses[2] = .nan
      do {
        _ = try TrialRun.step(&instance, batch, step: 4)
        Issue.record("the step was accepted")
      } catch {
        #expect("\(error)".contains("failed in step 4: the loss of sample 2 is nan"))
      }
    }
  }

  static let swiftCompiler: URL? =
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { URL(fileURLWithPath: "\($0)/swiftc") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}
