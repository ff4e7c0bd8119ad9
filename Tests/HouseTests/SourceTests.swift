internal import Foundation
internal import TestSupport
internal import Testing

/// The sources keep the rules that CONTRIBUTING.md states.
@Suite struct SourceTests {
  @Test func theTreeIsFound() {
    #expect(SourceTree.swift(under: "Sources").count > 10)
    #expect(SourceTree.files.contains { $0.path == "README.md" })
  }

  @Test func unsafeStaysInItsFiles() {
    for file in SourceTree.swift(under: "Sources") {
      let line = file.code.first { $0.text.contains(/\bunsafe\b|@unchecked\b/) }
      if let line {
        #expect(unsafeFiles[file.path] != nil, "\(file.path):\(line.number) says unsafe")
      } else {
        #expect(unsafeFiles[file.path] == nil, "\(file.path) is listed but says unsafe nowhere")
      }
    }
    let paths = Set(SourceTree.files.map(\.path))
    for path in unsafeFiles.keys { #expect(paths.contains(path), "\(path) is listed but absent") }
  }

  /// Our modules that each folder may import; all others of ours are out of bounds.
  static let imports = [
    ("Sources/PluginKit", ["PluginABI"]),
    ("Sources/Strategies", ["PluginKit", "PluginABI"]),
    ("Sources/Models", ["CKernels", "COpenBLAS"]),
    ("Sources/Host", ["Models", "PluginABI", "CFFI", "CIsolation", "CZlib", "CPNG"]),
    ("Sources/brhost", ["Host"]),
  ]
  static let ours = strategyFolders.union([
    "PluginABI", "PluginKit", "Models", "Host", "brhost", "CKernels", "COpenBLAS", "CFFI", "CIsolation",
    "CZlib", "CPNG",
  ])

  @Test(arguments: imports)
  func importsPointDownwards(folder: String, allowed: [String]) {
    for file in SourceTree.swift(under: folder) {
      for line in file.code {
        guard let match = line.text.firstMatch(of: /^(?:@\w+ )*(?:\w+ )?import (\w+)/) else { continue }
        let module = String(match.1)
        let isFine = !Self.ours.contains(module) || allowed.contains(module)
        #expect(isFine, "\(file.path):\(line.number) imports \(module)")
      }
    }
  }

  /// But for the header of the plugin ABI, which is one file however long it grows: authors copy it.
  @Test func noFileIsLongerThan300Lines() {
    let code = SourceTree.files.filter {
      $0.path.contains(/\.(swift|c|h|cpp|py|sh|rs|f90)$/) && !$0.path.hasSuffix("/brhost_plugin.h")
    }
    for file in code { #expect(file.lines.count <= 300, "\(file.path) has \(file.lines.count) lines") }
  }

  @Test func nothingIsForcedOrLeftOpen() {
    for file in SourceTree.files where file.path.hasPrefix("Sources/") {
      for (number, line) in file.lines.enumerated() {
        let match = line.firstMatch(of: /\b(TODO|FIXME|XXX)\b|\bfatalError\b|\btry!|\bas!/)
        #expect(match == nil, "\(file.path):\(number + 1): \(line)")
      }
    }
  }

  @Test func noFileNamesAPathOfOneMachine() {
    // Written in pieces, so that this file does not name them.
    let homes = ["ro" + "ot", "ho" + "me", "wo" + "rk", "Us" + "ers"].map { "/\($0)/" }
    for file in SourceTree.files {
      for (number, line) in file.lines.enumerated() {
        // A path begins at a slash that no name or dot precedes.
        let starts = homes.compactMap { line.range(of: $0)?.lowerBound }
        let isPath = starts.contains { $0 == line.startIndex || !isNamePart(line[line.index(before: $0)]) }
        #expect(!isPath, "\(file.path):\(number + 1): \(line)")
      }
    }
  }

  private func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "._-~".contains(character)
  }

  @Test func formatterHasNothingToSay() throws {
    let folders = ["Package.swift", "Sources", "Tests"]
    let result = try run(
      URL(fileURLWithPath: "/usr/bin/env"), ["swift", "format", "lint", "--strict", "--recursive"] + folders,
      in: Repository.root)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
  }
}
