import Host
import Models
import Testing

/// Whatever the bytes are, a reader takes them as a whole or refuses them: never a trap, never a wrong size.
@Suite struct HostileSourceTests {
  static let picture = PNGFile.encoded((0..<75).map { UInt8($0 * 3) }, height: 5, width: 5) ?? []

  /// Reads bytes and checks that what came of them is whole.
  typealias Reader = @Sendable ([UInt8]) throws -> Void

  struct Target: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sample: [UInt8]
    let read: Reader
  }

  static let targets = [
    Target(testDescription: "IDX", sample: idx(shape: [2, 2, 2], bytes: [1, 2, 3, 4, 5, 6, 7, 8])) { bytes in
      let array = try IDX(parsing: bytes, path: "a")
      #expect(array.shape.reduce(1, *) == array.bytes.count)
    },
    Target(testDescription: "gzip", sample: gzipped(idx(shape: [4], bytes: [1, 2, 3, 4]))) { bytes in
      // The content has a checksum; only the header's time and flags may change.
      let array = try IDX(unpacking: bytes, path: "a")
      #expect(array.bytes == [1, 2, 3, 4])
    },
    Target(testDescription: "tar", sample: tar([TestMember("x/a", [1, 2, 3]), TestMember("b", [])])) {
      bytes in
      let archive = try TarArchive(parsing: bytes, path: "a")
      for member in archive.members { #expect(archive.bytes.indices.contains(member.data.lowerBound)) }
    },
    Target(testDescription: "CIFAR binary", sample: [UInt8](repeating: 3, count: 2 * 3073)) { bytes in
      let images = try CIFARBinary(parsing: bytes, of: .ten, path: "a").images
      #expect(
        images.pixels.count == images.count * 3072 && images.labels.allSatisfy { (0..<10).contains($0) })
    },
    Target(testDescription: "CIFAR pickle", sample: TestPickle.batch(labels: [1, 2])) { bytes in
      let images = try CIFARPickle(parsing: bytes, of: .ten, path: "a").images
      #expect(
        images.pixels.count == images.count * 3072 && images.labels.allSatisfy { (0..<10).contains($0) })
    },
    Target(testDescription: "PNG", sample: picture) { bytes in
      let image = try PNGImage(parsing: bytes, path: "a")
      #expect(image.pixels.count == image.height * image.width * image.channels)
    },
  ]

  @Test(arguments: targets) func bytesChangedAreRefusedOrReadWhole(_ target: Target) {
    var stream = RandomStream(seed: 21, name: "fuzz")
    #expect(throws: Never.self) { try target.read(target.sample) }
    // Most of a batch is pixels, which may be anything: half of the changes go to the bytes around them.
    let head = min(target.sample.count, 300)
    var refused = 0
    for _ in 0..<3_000 {
      var bytes = target.sample
      for _ in 0...stream.below(3) {
        let range = stream.below(2) == 0 ? bytes.count : head
        bytes[stream.below(range)] = stream.below(3) == 0 ? 0xFF : UInt8(stream.below(256))
      }
      do { try target.read(bytes) } catch {
        #expect(error is ImportError)
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test(arguments: targets) func bytesLeftOutOrDoubledAreRefusedOrReadWhole(_ target: Target) {
    var stream = RandomStream(seed: 22, name: "fuzz")
    for _ in 0..<500 {
      var bytes = target.sample
      let start = stream.below(bytes.count)
      let range = start..<min(bytes.count, start + 1 + stream.below(20))
      if stream.below(2) == 0 {
        bytes.removeSubrange(range)
      } else {
        bytes.insert(contentsOf: bytes[range], at: start)
      }
      do { try target.read(bytes) } catch { #expect(error is ImportError) }
    }
  }
}
