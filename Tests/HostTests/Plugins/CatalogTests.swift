import Foundation
import Host
import TestSupport
import Testing

/// Plugins are found in the order of the search path, and files that are none are refused before they can run.
@Suite struct CatalogTests {
  private static let shipped = PluginCatalog(folders: [
    PluginFolder(path: Repository.products.path, origin: .executable)
  ])
  private static let erm = Repository.products.appendingPathComponent("liberm.so")

  @Test func searchOrderIsTheDocumentedOne() {
    let catalog = PluginCatalog(
      environment: ["BRHOST_PLUGIN_PATH": "/a::/b/../c", "HOME": "/users/me"], executable: "/opt/x/bin/brhost"
    )
    #expect(
      catalog.folders.map(\.path) == [
        "/a", "/c", "/users/me/.local/lib/brhost/plugins", "/opt/x/lib/brhost/plugins", "/opt/x/bin",
      ])
  }

  @Test func firstLibraryOfANameCountsAndHidesTheOthers() throws {
    try Repository.withTemporaryFolder { folder in
      let folders = ["one", "two"].map { folder.appendingPathComponent($0) }
      for folder in folders {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Self.erm, to: folder.appendingPathComponent("some.so"))
      }
      try Data("text".utf8).write(to: folders[1].appendingPathComponent("text.so"))
      try Data("text".utf8).write(to: folders[1].appendingPathComponent("notes.txt"))
      let catalog = PluginCatalog(folders: folders.map { PluginFolder(path: $0.path, origin: .environment) })
      let listings = catalog.list()
      #expect(
        listings.map { URL(fileURLWithPath: $0.path).lastPathComponent } == ["some.so", "some.so", "text.so"])
      #expect(listings.map(\.hidden) == [[], ["erm"], []])
      #expect(try catalog.find("erm").library.path == folders[0].path + "/some.so")

      let report = PluginListReport(catalog)
      #expect(report.text.contains("erm  1.0.0  weighting  Weighs every sample"))
      #expect(report.text.contains("(hidden by an earlier library)"))
      #expect(report.text.contains("expected a shared object (ELF), found a text file"))
      #expect(report.json.contains("\"hidden\": true"))
      #expect(try JSONSerialization.jsonObject(with: Data(report.json.utf8)) is [String: Any])
    }
  }

  @Test func infoReportHoldsTheManifestAndTheFilesHash() throws {
    let report = PluginInfoReport(try Self.shipped.find("gamma-threshold"))
    for line in [
      "gamma-threshold 1.0.0: Batch reweighting", "weighting, deterministic, equivariant, has state",
      "cosine f32 [B, B]", "gamma=0.7", "a number from -1 to 1. Cosine from which two gradients agree.",
    ] {
      #expect(report.text.contains(line), "\(line)")
    }
    let hash = try #require(
      SHA256.digest(ofFile: Repository.products.appendingPathComponent("libgamma-threshold.so").path))
    #expect(report.text.contains("sha256: \(hash)") && report.json.contains(hash))
  }

  @Test func unknownNameSuggestsTheNearest() {
    let error = #expect(throws: PluginError.self) { _ = try Self.shipped.find("gamma_treshold") }
    #expect(error?.description.contains("Try: 'gamma-threshold'") == true)
    #expect(error?.status == .usage)
  }

  @Test(arguments: [
    ("focal", "'./focal.so'"), ("focal.so", "'./focal.so'"), ("focal.so:fast", "'./focal.so:fast'"),
  ])
  func bareFileNameGetsItsPath(_ name: String, _ path: String) {
    let error = #expect(throws: PluginError.self) { _ = try PluginCatalog(folders: []).find(name) }
    #expect(error?.remedy.contains(path) == true, "\(error?.remedy ?? "")")
  }

  @Test func refusedLibraryOfThatNameIsTheReason() throws {
    try Repository.withTemporaryFolder { folder in
      try Data().write(to: folder.appendingPathComponent("libmine.so"))
      let catalog = PluginCatalog(folders: [PluginFolder(path: folder.path, origin: .environment)])
      let error = #expect(throws: PluginError.self) { _ = try catalog.find("mine") }
      #expect(error?.problem.contains("libmine.so' cannot be a plugin") == true)
      #expect(error?.problem.contains("found an empty file") == true)
    }
  }

  // MARK: - Files that are no plugins

  @Test func missingFileIsNamed() {
    #expect(throws: PluginError.noSuchFile(path: "/nowhere/x.so")) {
      _ = try PluginCatalog(folders: []).find("/nowhere/x.so")
    }
  }

  @Test func folderIsRefused() throws {
    try Repository.withTemporaryFolder { folder in
      let error = #expect(throws: PluginError.self) { _ = try PluginCatalog(folders: []).find(folder.path) }
      #expect(error?.problem.contains("found a folder") == true)
    }
  }

  @Test func libraryWithoutTheSymbolsIsRefused() throws {
    let library = "/lib/x86_64-linux-gnu/libm.so.6"
    guard FileManager.default.fileExists(atPath: library) else { return }
    let error = #expect(throws: PluginError.self) { _ = try PluginLibrary(path: library) }
    #expect(error?.problem.contains("does not export br_manifest_v1 and br_strategy_v1") == true)
  }

  /// Offsets in the ELF header: class, byte order, type, machine.
  static let headers: [(Int, UInt8, String)] = [
    (4, 1, "found a 32-bit one"), (5, 2, "found another byte order"), (16, 2, "found an executable"),
    (18, 40, "found one for ARM (32-bit)"), (19, 9, "found one for machine type"),
  ]

  @Test(arguments: headers)
  func foreignHeaderIsRefused(_ offset: Int, _ byte: UInt8, _ message: String) throws {
    try Repository.withTemporaryFolder { folder in
      var bytes = try Data(contentsOf: Self.erm)
      bytes[offset] = byte
      let path = folder.appendingPathComponent("x.so")
      try bytes.write(to: path)
      let error = #expect(throws: PluginError.self) { _ = try PluginLibrary(path: path.path) }
      #expect(error?.problem.contains(message) == true, "\(error?.problem ?? "")")
    }
  }

  /// The loader maps sections as the headers say, so a file cut short must not reach it.
  @Test(arguments: [3, 63, 64, 4096, 100_000, 300_000])
  func truncatedLibraryIsRefused(_ length: Int) throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("x.so")
      try Data(contentsOf: Self.erm).prefix(length).write(to: path)
      #expect(throws: PluginError.self) { _ = try PluginLibrary(path: path.path) }
    }
  }

  @Test func sidecarManifestOfAPluginIsRefused() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("x.brhost.json")
      try ManifestTests.manifest([:]).write(to: path, atomically: true, encoding: .utf8)
      #expect(throws: PluginError.notASidecar(path: path.path, id: "x")) {
        _ = try PluginCatalog(folders: []).find(path.path)
      }
      let catalog = PluginCatalog(folders: [PluginFolder(path: folder.path, origin: .user)])
      #expect(PluginListReport(catalog).text.contains("does not say which function the strategy 'x' is"))
    }
  }

  @Test func sidecarManifestThatIsAPipeIsNotWaitedFor() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("x.brhost.json").path
      try #require(try run(URL(fileURLWithPath: "/usr/bin/mkfifo"), [path]).status == 0)
      #expect(throws: PluginError.unreadable(.notAFile(path: path, found: "a pipe"))) {
        _ = try PluginCatalog(folders: []).find(path)
      }
    }
  }

  @Test func wrongRoleIsAUsageError() throws {
    let erm = try Self.shipped.find("erm")
    let error = #expect(throws: PluginError.self) { try erm.require(.objective) }
    #expect(error?.description.contains("Try: --strategy erm") == true)
    #expect(error?.status == .usage)
  }
}
