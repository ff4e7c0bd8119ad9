import Foundation
import Host
import TestSupport
import Testing

/// Files are there whole or not at all, and every refusal names the file, the reason and the remedy.
@Suite struct FilesTests {
  @Test func anAtomicWriteReplacesTheFile() throws {
    try Repository.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a")
      for text in ["first, longer", "second"] {
        try AtomicFile.write(Array(text.utf8), to: file.path)
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }
  }

  @Test func aFailedAtomicWriteLeavesNoTemporaryFile() throws {
    try Repository.withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("folder")
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: false)
      let error = #expect(throws: FileError.self) { try AtomicFile.write([1], to: target.path) }
      #expect(error == .refused(.rename, path: target.path, code: EISDIR))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
    }
  }

  @Test func aPipeIsNotReplacedByAFile() throws {
    try Repository.withTemporaryFolder { folder in
      let pipe = folder.appendingPathComponent("pipe").path
      try #require(try run(URL(fileURLWithPath: "/usr/bin/mkfifo"), [pipe]).status == 0)
      let error = #expect(throws: FileError.self) { try AtomicFile.write([1], to: pipe) }
      #expect(error == .notReplaceable(path: pipe, found: "a pipe") && error?.status == .failedRun)
      let kind = try FileManager.default.attributesOfItem(atPath: pipe)[.type] as? FileAttributeType
      #expect(kind != .typeRegular)
    }
  }

  @Test func memoryBeyondTheAddressSpaceIsNotThere() {
    #expect(canAllocate(byteCount: 1 << 24) && !canAllocate(byteCount: 1 << 50))
    #expect(!canAllocate(byteCount: .max) && !canAllocate(byteCount: -1))
  }

  // Needs the right to mount a file system.
  @Test(.enabled(if: canMount, cannotMount))
  func aFullDiskKeepsTheOldFile() throws {
    try withSmallDisk { disk in
      let file = disk.appendingPathComponent("weights.safetensors")
      try AtomicFile.write([1, 2, 3], to: file.path)
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write([UInt8](repeating: 7, count: 1 << 20), to: file.path)
      }
      #expect(error == .refused(.write, path: file.path, code: ENOSPC))
      #expect(error?.problem == "cannot write '\(file.path)': No space left on device")
      #expect(error?.remedy.hasPrefix("free some space") == true && error?.status == .failedRun)
      #expect(try Data(contentsOf: file) == Data([1, 2, 3]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["weights.safetensors"])
    }
  }

  // Needs the right to mount a file system.
  @Test(.enabled(if: canMount, cannotMount))
  func aRecordThatDoesNotFitLeavesNoHalf() throws {
    try withSmallDisk { disk in
      let path = disk.appendingPathComponent("metrics.jsonl").path
      var file = try AppendFile(openingAt: path)
      try file.append(Array("one\n".utf8))
      let error = refusal { try file.append([UInt8](repeating: 7, count: 1 << 20)) }
      #expect(error == .refused(.write, path: path, code: ENOSPC))
      try file.append(Array("two\n".utf8))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\ntwo\n")
    }
  }

  @Test func aFullDeviceIsReported() throws {
    var file = try AppendFile(openingAt: "/dev/full")
    #expect(refusal { try file.append([1]) } == .refused(.write, path: "/dev/full", code: ENOSPC))
  }

  // Needs the right to mount a file system.
  @Test(.enabled(if: canMount, cannotMount))
  func aReadOnlyDiskIsRefusedBeforeAnyWork() throws {
    try withSmallDisk { disk in
      let remount = try run(URL(fileURLWithPath: "/bin/mount"), ["-o", "remount,ro", disk.path])
      try #require(remount.status == 0)
      let path = disk.appendingPathComponent("runs/a").path
      let error = #expect(throws: FileError.self) { try RunFolder.check(path) }
      #expect(error == .refused(.write, path: disk.path, code: EROFS))
      #expect(throws: FileError.self) { try RunFolder(opening: path) }
    }
  }

  @Test func aRunFolderIsCreatedWithThoseAboveIt() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("runs/a/b").path
      try RunFolder.check(path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
      let run = try RunFolder(opening: path)
      #expect(FileManager.default.fileExists(atPath: path) && run.file("x") == path + "/x")
    }
  }

  @Test func aFileInTheWayIsNamed() throws {
    try Repository.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("runs")
      try Data().write(to: file)
      for path in [file.path, file.path + "/a", file.path + "/a/b/"] {
        #expect(refusal { try RunFolder.check(path) } == .notAFolder(path: file.path), "\(path)")
        #expect(refusal { _ = try RunFolder(opening: path) } == .notAFolder(path: file.path), "\(path)")
      }
    }
  }

  // MARK: - The lock

  @Test func aFolderInUseIsRefusedWithItsOwner() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      do {
        let owner = try RunFolder(opening: path)
        for attempt in [{ try RunFolder.check(path) }, { _ = try RunFolder(opening: path) }] {
          let error = #expect(throws: FileError.self) { try attempt() }
          #expect(error?.problem.contains("is in use by process \(getpid()) on '") == true)
        }
        #expect(owner.path == path)
      }
      try RunFolder.check(path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
    }
  }

  /// The system takes locks away from processes that are gone; their files stay.
  @Test(arguments: ["1 nowhere\n", "", "not a process", "99999999999999999999 x", "\u{1B}[31m 1"])
  func aStaleLockIsNoLock(content: String) throws {
    try Repository.withTemporaryFolder { folder in
      let lock = folder.appendingPathComponent("lock")
      try Data(content.utf8).write(to: lock)
      try RunFolder.check(folder.path)
      let run = try RunFolder(opening: folder.path)
      #expect(try String(contentsOf: lock, encoding: .utf8).hasPrefix("\(getpid()) "))
      #expect(run.path == folder.path)
    }
  }

  @Test func whatAKilledProcessLeftHalfWrittenIsRemoved() throws {
    try Repository.withTemporaryFolder { folder in
      let names = [".run.json.123.tmp", ".weights.safetensors.1.tmp"]
      let others = [".x.tmp", ".notes.a.tmp", "run.tmp", ".hidden"]
      for name in names + others { try Data("x".utf8).write(to: folder.appendingPathComponent(name)) }
      let run = try RunFolder(opening: folder.path)
      let left = try FileManager.default.contentsOfDirectory(atPath: run.path)
      #expect(Set(left) == Set(others + ["lock"]))
    }
  }

  @Test func aLogOfTheUsersIsNoRun() throws {
    try Repository.withTemporaryFolder { folder in
      try Data().write(to: folder.appendingPathComponent("log.txt"))
      try RunFolder.check(folder.path)
    }
  }
}
