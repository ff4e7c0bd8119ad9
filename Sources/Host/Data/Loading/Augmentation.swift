internal import Models

/// The random change that a training image undergoes each time it is used.
///
/// A crop is the usual one for small images: black borders are added, then a window of the image's size is cut
/// out anywhere. The border has the brightness 0 *before* normalisation, as where a picture is padded. It is 4
/// pixels wide, in images whose shorter side is below 16 an eighth of it, at least 1.
public enum Augmentation: String, CaseIterable, Sendable {
  /// A crop, then with probability one half a mirror image.
  case cropFlip = "crop-flip"
  /// A crop.
  case crop
  /// Images as they are.
  case none

  /// What suits images of the size of `dataset`'s: `cropFlip` from 32 pixels on, below that `none`, for shifted
  /// or mirrored digits may be other digits.
  public static func suiting(_ dataset: ImageDataset) -> Augmentation {
    min(dataset.height, dataset.width) >= 32 ? .cropFlip : .none
  }

  /// The width of the border around images of this size, in pixels.
  public static func border(height: Int, width: Int) -> Int {
    let side = min(height, width)
    return side >= 16 ? 4 : max(1, side / 8)
  }

  /// Where an image is read from: the output's pixel (y, x) is the input's (y + top, x + left), black where there
  /// is none; x counted from the right if mirrored.
  struct Window: Equatable {
    var top = 0
    var left = 0
    var isMirrored = false
  }

  /// The window of `sample`: depends on seed and substream (epoch) of `stream` and on `sample` alone.
  func window(sample: Int, border: Int, stream: inout RandomStream) -> Window {
    guard self != .none else { return Window() }
    // One block has the four numbers that an image may need.
    stream.seek(toBlock: UInt64(sample))
    let top = stream.below(2 * border + 1) - border
    let left = stream.below(2 * border + 1) - border
    return Window(top: top, left: left, isMirrored: self == .cropFlip && stream.below(2) == 1)
  }
}
