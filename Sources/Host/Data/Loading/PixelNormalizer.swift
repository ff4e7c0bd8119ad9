/// How brightness, 0...1, is brought to the scale that a network is trained on.
public enum Normalization: String, CaseIterable, Sendable {
  /// Brightness less one half.
  case half
  /// Less the mean of ImageNet's images and divided by their standard deviation, channel by channel; unless
  /// there are three channels, every channel takes the average of the three.
  case imagenet
  /// Less the mean and divided by the standard deviation of the training images, channel by channel.
  case dataset
}

/// `(brightness − mean) / deviation`, channel by channel, with 0 black and 1 white.
public struct PixelNormalizer: Equatable, Sendable {
  /// `[C]`.
  public let mean: [Float]
  /// `[C]`, each above 0.
  public let deviation: [Float]

  /// The numbers of `normalization` for a network trained on `training`.
  public init(_ normalization: Normalization, training: ImageDataset) {
    let channels = training.channels
    switch normalization {
    case .half:
      mean = [Float](repeating: 0.5, count: channels)
      deviation = [Float](repeating: 1, count: channels)
    case .imagenet where channels == 3:
      mean = [0.485, 0.456, 0.406]
      deviation = [0.229, 0.224, 0.225]
    case .imagenet:
      mean = [Float](repeating: 0.449, count: channels)
      deviation = [Float](repeating: 0.226, count: channels)
    case .dataset:
      (mean, deviation) = Self.statistics(of: training)
    }
  }

  /// Mean and (population) standard deviation of each channel's brightness; a constant channel counts as 1.
  private static func statistics(of dataset: ImageDataset) -> (mean: [Float], deviation: [Float]) {
    let moments =
      switch dataset.pixels {
      case .bytes(let values): moments(of: values, channels: dataset.channels) { Double($0) }
      case .floats(let values): moments(of: values, channels: dataset.channels) { Double($0) }
      }
    let divisor = Double(dataset.convention.divisor)
    let mean = moments.map { Float($0.mean / divisor + Double(dataset.convention.offset)) }
    let deviation = moments.map { $0.variance > 0 ? Float($0.variance.squareRoot() / divisor) : 1 }
    return (mean, deviation)
  }

  private static func moments<Value>(
    of values: [Value], channels: Int, as convert: (Value) -> Double
  ) -> [(mean: Double, variance: Double)] {
    let count = Double(values.count / channels)
    return (0..<channels).map { channel in
      var sum = 0.0
      for index in stride(from: channel, to: values.count, by: channels) { sum += convert(values[index]) }
      let mean = sum / count
      var squares = 0.0
      for index in stride(from: channel, to: values.count, by: channels) {
        let distance = convert(values[index]) - mean
        squares += distance * distance
      }
      return (mean, squares / count)
    }
  }
}
