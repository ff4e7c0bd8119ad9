internal import FuzzTargets
internal import Host
internal import Testing

/// What fuzzing found and the promises alone would not show.
@Suite struct DefectTests {
  private func input(_ target: String, _ name: String) throws -> [UInt8] {
    let target = try #require(FuzzTarget.named(target))
    return try #require(try Corpus.inputs(of: target).first { $0.name == name }).bytes
  }

  @Test func anArrayIsFoundWhoseNameTakesInTheDot() throws {
    let archive = try NPZ(bytes: input("npz", "defect-dot-in-a-character"), path: "a.npz")
    #expect(archive.names == ["x\u{600}", "y"])
    #expect(try archive.array("x\u{600}").int64s() == [0, 1])
  }

  @Test func namesThatShareTheirBytesAreNotRead() throws {
    var bytes = try input("elf", "defect-names-that-share-bytes")
    bytes[18] = UInt8(ELFFile.hostMachine)
    #expect(try ELFFile(parsing: bytes, path: "x.so").exports == nil)
  }

  @Test func aPluginOfTheCorpusIsRead() throws {
    var bytes = try input("elf", "library")
    bytes[18] = UInt8(ELFFile.hostMachine)
    let file = try ELFFile(parsing: bytes, path: "x.so")
    #expect(file.exports?.isSuperset(of: ["br_manifest_v1", "br_strategy_v1"]) == true)
    #expect(file.needs == ["f"])
  }

  @Test func aNewerVersionOfTheArchiveFormatIsRefused() throws {
    let bytes = try input("npz", "defect-newer-version")
    let error = #expect(throws: DataError.self) { try NPZ(bytes: bytes, path: "a.npz") }
    #expect(error?.problem.contains("found version 72") == true)
  }
}
