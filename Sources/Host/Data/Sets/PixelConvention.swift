/// What stored pixel values mean: a value `v` is the brightness `v / divisor + offset`, 0 black and 1 white.
///
/// `uint8` speaks for itself. Of other types, the lowest and the highest value of the training set decide; a test
/// set of such a type must fit the same convention.
public enum PixelConvention: String, Sendable {
  /// 0...255 as `uint8`.
  case bytes
  /// -0.5...0.5, some below 0.
  case centred
  /// 0...1.
  case unit
  /// 0...255, some above 1, as another type than `uint8`.
  case byteRange = "byte-range"

  /// The convention that values from `low` to `high`, of another type than `uint8`, follow; nil for none.
  public init?(low: Float, high: Float) {
    guard let match = [Self.centred, .unit, .byteRange].first(where: { $0.fits(low: low, high: high) }) else {
      return nil
    }
    self = match == .centred && low >= 0 ? .unit : match
  }

  /// Whether values from `low` to `high` can be meant.
  public func fits(low: Float, high: Float) -> Bool {
    values.contains(low) && values.contains(high)
  }

  /// The values allowed.
  public var values: ClosedRange<Float> {
    switch self {
    case .centred: -0.5...0.5
    case .unit: 0...1
    case .bytes, .byteRange: 0...255
    }
  }

  /// The divisor of the formula above.
  public var divisor: Float { self == .bytes || self == .byteRange ? 255 : 1 }

  /// The offset of the formula above.
  public var offset: Float { self == .centred ? 0.5 : 0 }
}
