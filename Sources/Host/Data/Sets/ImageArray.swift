/// The images of a data set, brought to `[N, H, W, C]` and checked pixel by pixel.
struct ImageArray {
  let place: DataPlace
  let dtype: DType
  let layout: ImageLayout
  let count, height, width, channels: Int
  let pixels: ImageDataset.Pixels
  let convention: PixelConvention
  let values: ClosedRange<Float>

  /// Checks `array`; `training` is the convention of the training set, where there is one.
  init(_ array: NPYArray, following training: PixelConvention?) throws(DataError) {
    place = array.place
    dtype = array.dtype
    layout = try ImageLayout(shape: array.shape, place: array.place)
    count = array.shape[0]
    (height, width, channels) = layout.size(in: array.shape)
    guard array.count > 0 else { throw .empty(array.place) }
    let plane = height * width
    let isPlanar = layout == .channelsFirst && channels > 1
    if array.dtype == .uint8 {
      pixels = .bytes(isPlanar ? interleaved(array.bytes, plane: plane, channels: channels) : array.bytes)
      values = range(of: array.bytes, as: { Float($0) })
      convention = .bytes
      return
    }
    // Twice: bringing channels last takes a copy.
    guard canAllocate(byteCount: 2 * array.count * MemoryLayout<Float>.size) else {
      throw .tooLarge(array.place, bytes: UInt64(array.count * MemoryLayout<Float>.size))
    }
    let floats = array.floats()
    if let index = floats.firstIndex(where: { !$0.isFinite }) {
      throw .badPixel(array.place, image: index / (plane * channels), value: floats[index])
    }
    pixels = .floats(isPlanar ? interleaved(floats, plane: plane, channels: channels) : floats)
    values = range(of: floats, as: { $0 })
    let (low, high) = (values.lowerBound, values.upperBound)
    let known = training == .bytes ? nil : training
    guard let found = known ?? PixelConvention(low: low, high: high), found.fits(low: low, high: high) else {
      let expected =
        known.map { "from \($0.values.lowerBound) to \($0.values.upperBound) as in the training set" }
        ?? "from -0.5 to 0.5, from 0 to 1 or from 0 to 255"
      throw .badRange(array.place, expected: expected, low: low, high: high)
    }
    convention = found
  }

  /// Checks that images have the size of those of `training`.
  func checkSize(against training: ImageDataset) throws(DataError) {
    let expected = (training.height, training.width, training.channels)
    guard (height, width, channels) == expected else {
      throw .differentImages(
        test: place, expected: "\(expected.0) × \(expected.1) × \(expected.2)",
        found: "\(height) × \(width) × \(channels)")
    }
  }
}

/// `[N, C, plane]` as `[N, plane, C]`.
private func interleaved<Value>(_ values: [Value], plane: Int, channels: Int) -> [Value] {
  var result: [Value] = []
  result.reserveCapacity(values.count)
  for image in stride(from: 0, to: values.count, by: plane * channels) {
    for pixel in 0..<plane {
      for channel in 0..<channels { result.append(values[image + channel * plane + pixel]) }
    }
  }
  return result
}

/// The lowest and the highest of `values`, of which there is at least one.
private func range<Value: Comparable>(of values: [Value], as convert: (Value) -> Float) -> ClosedRange<Float>
{
  var (low, high) = (values[0], values[0])
  for value in values {
    if value < low { low = value }
    if value > high { high = value }
  }
  return convert(low)...convert(high)
}
