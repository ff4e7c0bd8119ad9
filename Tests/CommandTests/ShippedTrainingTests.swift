internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// Every shipped strategy trains the digits that come with the program.
@Suite struct ShippedTrainingTests {
  static let catalog = PluginCatalog(folders: [
    PluginFolder(path: Repository.products.path, origin: .executable)
  ])
  private static let manifests = catalog.list().flatMap {
    (try? $0.library.get())?.manifest.strategies ?? []
  }

  @Test(arguments: manifests.map(\.id).sorted())
  func trains(_ id: String) throws {
    let manifest = try #require(Self.manifests.first { $0.id == id })
    try Repository.withTemporaryFolder { folder in
      let option = manifest.role == .objective ? "--objective" : "--strategy"
      let result = try run(
        program,
        [
          "train", "--dataset", "digits-lt", "--model", "mlp", "--steps", "6", "--threads", "1", option, id,
          "--run-dir", folder.appendingPathComponent("run").path,
        ], in: Repository.root)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains(": 6 steps in "))
    }
  }

  @Test func aWeightingAndAnObjectiveCombine() throws {
    try Repository.withTemporaryFolder { folder in
      let line = "train --dataset digits-lt --model mlp --steps 6 --threads 1 --strategy influence-balanced "
      let path = folder.appendingPathComponent("run").path
      let words = (line + "--objective ldam --objective-set s=2").split(separator: " ").map(String.init)
      let result = try run(program, words + ["--run-dir", path], in: Repository.root)
      #expect(result.status == 0, "\(result.errors)")
    }
  }
}
