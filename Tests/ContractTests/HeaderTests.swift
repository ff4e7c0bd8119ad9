import Foundation
import TestSupport
import Testing

/// The header is all that a plugin needs, in every language version that it promises.
@Suite struct HeaderTests {
  /// Those on the PATH.
  static let compilers = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .flatMap { folder in ["cc", "c++", "clang"].map { "\(folder)/\($0)" } }
    .filter { FileManager.default.isExecutableFile(atPath: $0) }
  static let standards = ["c99", "c11", "c17", "c++11", "c++14", "c++17", "c++20"]

  @Test(.enabled(if: !compilers.isEmpty, "no C compiler on the PATH"), arguments: standards)
  func headerCompilesPedantically(_ standard: String) throws {
    let language = standard.hasPrefix("c++") ? "c++" : "c"
    let header = CompiledPlugin.header.appendingPathComponent("brhost_plugin.h").path
    for compiler in Self.compilers where language == "c" || !compiler.hasSuffix("/cc") {
      if language == "c" && compiler.hasSuffix("c++") { continue }
      let result = try run(
        URL(fileURLWithPath: compiler),
        [
          "-std=\(standard)", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", language,
          header,
        ])
      #expect(result.status == 0, "\(compiler): \(result.errors)")
    }
  }

  // Skipped without nm (binutils).
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/nm")),
    arguments: Shipped.catalog.list().map(\.path))
  func shippedLibraryExportsTheTwoSymbolsAlone(_ library: String) throws {
    let result = try run(
      URL(fileURLWithPath: "/usr/bin/nm"), ["-D", "--defined-only", "--extern-only", "-j", library])
    #expect(result.output.split(separator: "\n").sorted() == ["br_manifest_v1", "br_strategy_v1"])
  }
}
