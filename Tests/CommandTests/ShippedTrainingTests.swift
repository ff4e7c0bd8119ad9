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

  /// Until the epoch that either is deferred to, a run is one of equal weights under the cross-entropy.
  @Test(arguments: [
    "--strategy class-balanced --defer-until 2", "--objective ldam --defer-objective-until 2",
    "--strategy focal --objective logit-adjust --defer-until 2 --defer-objective-until 2",
  ])
  func aDeferredMethodBeginsAsERM(_ method: String) throws {
    try Repository.withTemporaryFolder { folder in
      func losses(_ name: String, _ more: String) throws -> [Double] {
        let path = folder.appendingPathComponent(name).path
        let line = "train --dataset digits-lt --model mlp --epochs 3 --threads 1 \(more) --run-dir \(path)"
        let result = try run(program, line.split(separator: " ").map(String.init), in: Repository.root)
        #expect(result.status == 0, "\(result.errors)")
        let text = try String(contentsOfFile: path + "/metrics.jsonl", encoding: .utf8)
        return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
          .filter { $0["kind"] == "epoch" }.compactMap { $0["test_loss"]?.double }
      }
      let (plain, deferred) = (try losses("erm", ""), try losses("deferred", method))
      #expect(plain.count == 3 && deferred.count == 3)
      #expect(deferred[..<2] == plain[..<2] && deferred[2] != plain[2])
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
