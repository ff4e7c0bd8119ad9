public import Models

// A class because loader threads and the training loop hand it back and forth; the loader's lock orders them.

/// Samples that are trained on or evaluated together.
///
/// Buffers keep their size; only the first `count` samples of them are the batch, in a smaller last one as well.
public final class Batch: @unchecked Sendable {
  /// The number of samples, B.
  public internal(set) var count = 0
  /// Normalised pixels, `[B, H, W, C]`.
  public internal(set) var images: Buffer<Float>
  /// Classes, `[B]`.
  public internal(set) var targets: Buffer<Int64>
  /// Rows of the data set, `[B]`.
  public internal(set) var sampleIDs: Buffer<Int64>
  /// Group labels, `[B]`; the class where the data set has none.
  public internal(set) var groups: Buffer<Int64>

  init(capacity: Int, imageSize: Int) {
    images = Buffer(count: capacity * imageSize)
    targets = Buffer(count: capacity)
    sampleIDs = Buffer(count: capacity)
    groups = Buffer(count: capacity)
  }
}
