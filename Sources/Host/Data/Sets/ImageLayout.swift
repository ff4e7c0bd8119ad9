/// How the axes of an image array are to be read.
///
/// Of four axes, the channels are the axis (second or last) with 1 or 3 entries, else the one with 2 or 4; an
/// array where both fit alike is refused rather than guessed at. `[N, 1, H, W, C]` can be read in one way only.
public enum ImageLayout: String, Sendable {
  case framed = "[N, 1, H, W, C]"
  case channelsLast = "[N, H, W, C]"
  case channelsFirst = "[N, C, H, W]"
  case gray = "[N, H, W]"

  /// The layout of an array of `shape`.
  init(shape: [Int], place: DataPlace) throws(DataError) {
    switch shape.count {
    case 3: self = .gray
    case 5 where shape[1] == 1: self = .framed
    case 4:
      switch (Self.likelihood(channels: shape[3]), Self.likelihood(channels: shape[1])) {
      case (0, 0): throw Self.wrong(shape, place)
      case (let last, let first) where last > first: self = .channelsLast
      case (let last, let first) where last < first: self = .channelsFirst
      default: throw .ambiguousLayout(place, shape: shape)
      }
    default: throw Self.wrong(shape, place)
    }
  }

  /// The size of one image of an array of `shape`.
  func size(in shape: [Int]) -> (height: Int, width: Int, channels: Int) {
    switch self {
    case .framed: (shape[2], shape[3], shape[4])
    case .channelsLast: (shape[1], shape[2], shape[3])
    case .channelsFirst: (shape[2], shape[3], shape[1])
    case .gray: (shape[1], shape[2], 1)
    }
  }

  private static func likelihood(channels: Int) -> Int {
    switch channels {
    case 1, 3: 2
    case 2, 4: 1
    default: 0
    }
  }

  private static func wrong(_ shape: [Int], _ place: DataPlace) -> DataError {
    let expected = "[N, H, W], [N, H, W, C] or [N, C, H, W] with 1 to 4 channels, or [N, 1, H, W, C]"
    return .wrongShape(place, expected: expected, found: shape)
  }
}
