internal import Foundation
internal import Models

extension ImageDataset {
  /// Made-up images of CIFAR's shape: noise, brighter from class to class, in ten classes of which the first is a
  /// hundred times as frequent as the last.
  ///
  /// - Parameters:
  ///   - batchSize: the number of images is a multiple of it, at least four times and 4096.
  ///   - seed: of the noise.
  package static func synthetic(batchSize: Int, seed: UInt64) -> ImageDataset {
    let count = max(4, (4096 + batchSize - 1) / batchSize) * batchSize
    let labels = longTailedLabels(count, classes: 10, imbalance: 100)
    var stream = RandomStream(seed: seed, name: "synthetic")
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * 3072)
    for label in labels {
      let brightness = UInt8(12 * label)
      for _ in 0..<3072 / 4 {
        let noise = stream.next32()
        for byte in 0..<4 { pixels.append(brightness + UInt8(noise >> UInt32(8 * byte) & 127)) }
      }
    }
    return ImageDataset(
      path: "synthetic", count: count, height: 32, width: 32, channels: 3, classes: 10,
      pixels: .bytes(pixels), convention: .bytes, values: 0...235, layout: .channelsLast, dtype: .uint8,
      labels: labels, groups: nil, contentHash: nil)
  }

  /// Class by class, each class smaller than the one before by the same factor; at least one of each.
  private static func longTailedLabels(_ count: Int, classes: Int, imbalance: Double) -> [Int64] {
    let factor = pow(1 / imbalance, 1 / Double(classes - 1))
    let shares = (0..<classes).map { pow(factor, Double($0)) }
    let sum = shares.reduce(0, +)
    let rare = (1..<classes).reversed().flatMap { label in
      [Int64](repeating: Int64(label), count: max(1, Int(Double(count) * shares[label] / sum)))
    }
    return [Int64](repeating: 0, count: count - rare.count) + rare.reversed()
  }
}
