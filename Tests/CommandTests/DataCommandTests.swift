internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// `data import` and `data make-lt` lead from published files to a training run.
@Suite struct DataCommandTests {
  private func brhost(_ line: String, in folder: URL) throws -> ProgramResult {
    try TestSupport.run(program, line.split(separator: " ").map(String.init), in: folder)
  }

  /// A folder `photos` of coloured squares: ten images in each of three classes, two of them for the test.
  private func writePhotos(to folder: URL) throws {
    for (label, name) in ["red", "green", "blue"].enumerated() {
      for index in 0..<12 {
        let part = index < 10 ? "train" : "test"
        let pixels = (0..<64).flatMap { pixel in
          (0..<3).map { $0 == label ? UInt8(200 + index) : UInt8((pixel * 3 + index) % 90) }
        }
        let file = folder.appendingPathComponent("photos/\(part)/\(name)/\(index).png")
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(PNGFile.encoded(pixels, height: 8, width: 8) ?? []).write(to: file)
      }
    }
  }

  @Test func whatEachCommandSaysNextCanBeTyped() throws {
    try Repository.withTemporaryFolder { folder in
      try writePhotos(to: folder)
      var lines = ["brhost data import photos --name photos"]
      var outputs: [String: String] = [:]
      while let line = lines.popLast() {
        let words = line.split(separator: " ").dropFirst().map(String.init)
        let more = words[0] == "train" ? ["--epochs", "1", "--model", "mlp"] : []
        let result = try TestSupport.run(program, words + more, in: folder)
        #expect(result.status == 0, "\(line): \(result.errors)")
        outputs[words.prefix(2).joined(separator: "-")] = result.output
        let next = result.output.split(separator: "\n").filter { $0.hasPrefix("  brhost ") }
        lines += next.map { $0.trimmingCharacters(in: .whitespaces) }
      }
      for command in ["data-import", "data-make-lt"] {
        let output = outputs[command]?.replacing(/SHA-256 [0-9a-f]{64}/, with: "SHA-256 …")
        try expectGolden(output ?? "", "\(command).txt")
      }
      #expect(outputs["data-info"]?.isEmpty == false && outputs["train---dataset"]?.isEmpty == false)
    }
  }

  @Test func theSameSeedMakesTheSameBytes() throws {
    try Repository.withTemporaryFolder { folder in
      let data = Repository.root.appendingPathComponent("data").path
      var hashes: [String?] = []
      for (out, seed) in [("a", 1), ("b", 1), ("c", 2)] {
        let line = "data make-lt digits-lt --name few --imbalance step --factor 2 --json"
        let result = try brhost("\(line) --data-dir \(data) --out \(out) --seed \(seed)", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        hashes.append((json?["training"] as? [String: Any])?["content_hash"] as? String)
      }
      #expect(hashes[0] != nil && hashes[0] == hashes[1] && hashes[0] != hashes[2])
    }
  }

  static let refusals: [(line: String, status: Int32, says: [String])] = [
    ("data import none --name x", 65, ["there is no file 'none'", "Try:"]),
    ("data import x", 64, ["--name"]),
    ("data import x --name ../x", 64, ["'../x' is no name for a data set"]),
    ("data import x --name x --format jpeg", 64, ["jpeg", "cifar10-binary"]),
    ("data import x --name x --test-fraction 1.5", 64, ["1.5", "0.9"]),
    ("data make-lt none --name x", 65, ["no training set of 'none'"]),
    ("data make-lt digits-lt --name x --factor 0.5", 64, ["0.5", "from 1"]),
    ("data make-lt digits-lt --name x --factor nan", 64, ["nan"]),
    ("data make-lt digits-lt --name x --imbalance linear", 64, ["linear", "exponential or step"]),
    ("data make-lt digits-lt --name x --factor 1000", 65, ["leaves no image of class", "--factor 120"]),
  ]

  @Test(arguments: refusals)
  func aRefusalSaysWhatToDoAndLeavesNothing(line: String, status: Int32, says: [String]) throws {
    try Repository.withTemporaryFolder { folder in
      let result = try brhost(line, in: folder)
      #expect(result.status == status, "\(result.errors)")
      #expect(result.output.isEmpty)
      for text in says { #expect(result.errors.contains(text), "\(result.errors)") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }
}
