import Host
import Models
import TestSupport

/// A data set of random `uint8` images whose image i has class i mod 5 and, if asked for, group i mod 2.
func makeDataset(count: Int, height: Int, width: Int, channels: Int, groups: Bool = false) -> ImageDataset {
  var stream = RandomStream(seed: 3, name: "test")
  let pixels = (0..<count * height * width * channels).map { _ in UInt8(stream.below(256)) }
  var arrays = [
    TestArray("images", shape: [count, 1, height, width, channels], bytes: pixels),
    TestArray("labels", int64s: (0..<count).map { Int64($0 % 5) }),
  ]
  if groups { arrays.append(TestArray("groups", int64s: (0..<count).map { Int64($0 % 2) })) }
  do {
    return try ImageDataset(archive: NPZ(bytes: storedArchive(of: arrays), path: "made-up.npz"))
  } catch {
    preconditionFailure("\(error)")
  }
}
