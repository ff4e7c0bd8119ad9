/// The images that runs were trained on, read again from their file where it is still the same.
struct TrainingImages {
  /// Why they cannot be shown.
  struct Refusal: Error {
    let reason: String
  }

  private let dataset: ImageDataset
  private let step: Int
  /// The size of the pictures, which large images are reduced to.
  let height, width: Int

  /// The largest side of a picture, in pixels.
  private static let largestSide = 64

  /// Reads the file that `facts` name, and compares its SHA-256 with theirs.
  init(_ facts: DataFacts) throws(Refusal) {
    guard !facts.trainFile.isEmpty, !facts.trainSHA256.isEmpty else {
      throw Refusal(reason: "the runs do not say which file they are in")
    }
    do throws(DataError) {
      dataset = try ImageDataset(path: facts.trainFile) { SHA256.digest(of: $0) }
    } catch {
      throw Refusal(reason: "\(shown(error.problem, limit: 300))")
    }
    guard dataset.contentHash == facts.trainSHA256 else {
      throw Refusal(
        reason: "'\(shown(facts.trainFile, limit: 200))' has changed since the runs were trained on it")
    }
    step = (max(dataset.height, dataset.width) + Self.largestSide - 1) / Self.largestSide
    height = max(1, dataset.height / step)
    width = max(1, dataset.width / step)
  }

  /// Whether the sample is one of the file, with the class that it has there.
  func has(_ sample: SampleExtremes.Sample) -> Bool {
    dataset.labels.indices.contains(sample.id) && dataset.labels[sample.id] == Int64(sample.label)
  }

  /// The images of `rows` one below the other, `[rows · height, width, 3]`, 8-bit RGB.
  func pixels(of rows: [Int]) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(rows.count * height * width * 3)
    for row in rows {
      for y in 0..<height {
        for x in 0..<width {
          let color = dataset.color(ofImage: row, y: y * step, x: x * step)
          pixels += [color.x, color.y, color.z]
        }
      }
    }
    return pixels
  }
}
