import Models

/// The definition of a convolution and of its gradients, dense `[N, C, H, W]` and in double precision.
struct NaiveConvolution {
  private(set) var y, dx, dWeight: [Double]

  init(_ s: ConvolutionShape, images: Int, x: [Double], weight: [Float], dy: [Double]) {
    let (oh, ow) = (s.outputHeight, s.outputWidth)
    y = Array(repeating: 0, count: images * s.outputs * oh * ow)
    dx = Array(repeating: 0, count: images * s.inputs * s.height * s.width)
    dWeight = Array(repeating: 0, count: s.weightCount)
    for pair in 0..<images * s.outputs * s.inputs {
      let (n, k, c) = (pair / s.inputs / s.outputs, pair / s.inputs % s.outputs, pair % s.inputs)
      for tap in 0..<s.kernel * s.kernel {
        let (kh, kw) = (tap / s.kernel, tap % s.kernel)
        let at = (k * s.inputs + c) * s.kernel * s.kernel + tap
        for h in 0..<oh {
          let ih = h * s.stride + kh - s.padding
          guard ih >= 0 && ih < s.height else { continue }
          let (row, from) = (
            ((n * s.outputs + k) * oh + h) * ow, ((n * s.inputs + c) * s.height + ih) * s.width
          )
          for w in 0..<ow {
            let iw = w * s.stride + kw - s.padding
            guard iw >= 0 && iw < s.width else { continue }
            y[row + w] += x[from + iw] * Double(weight[at])
            dx[from + iw] += dy[row + w] * Double(weight[at])
            dWeight[at] += dy[row + w] * x[from + iw]
          }
        }
      }
    }
  }
}

extension RandomStream {
  /// `count` numbers in −0.5..<0.5.
  mutating func draw(_ count: Int) -> [Float] { (0..<count).map { _ in uniform() - 0.5 } }
}

/// What the kernels leave of per-sample gradients: `rows`, every `stride` floats, `[KB, CB, k, k, 16 in, 16 out]`.
struct SampleRows: ~Copyable {
  let s: ConvolutionShape
  let samples, stride: Int
  var rows: Buffer<Float>

  init(_ s: ConvolutionShape, samples: Int) {
    (self.s, self.samples) = (s, samples)
    stride = s.weightGradientCount + 2 * lanes
    rows = Buffer(count: samples * stride, repeating: 7)
  }

  /// One sample's, dense `[K, C, k, k]`; NaN where a kernel wrote between rows.
  func sample(_ n: Int) -> [Float] {
    let taps = s.kernel * s.kernel
    let isIntact = (n * stride + s.weightGradientCount..<(n + 1) * stride).allSatisfy { rows[$0] == 7 }
    return (0..<s.weightCount).map { i in
      let (k, c, tap) = (i / taps / s.inputs, i / taps % s.inputs, i % taps)
      let block = k / lanes * blocks(of: s.inputs) + c / lanes
      let vector = (block * taps + tap) * lanes + c % lanes
      return isIntact ? rows[n * stride + vector * lanes + k % lanes] : .nan
    }
  }

  func sum() -> [Float] {
    (0..<samples).reduce(into: [Float](repeating: 0, count: s.weightCount)) { sum, n in
      for (i, value) in sample(n).enumerated() { sum[i] += value }
    }
  }
}

// MARK: - Layouts

extension Buffer where Element == Float {
  init(_ values: [Float]) {
    self.init(count: values.count)
    for (i, value) in values.enumerated() { self[i] = value }
  }
}

extension Storage {
  convenience init(_ values: borrowing Buffer<Float>) {
    self.init(count: values.count)
    for i in 0..<values.count { data[i] = values[i] }
  }

  /// `count` floats that a kernel is to overwrite.
  convenience init(rubbish count: Int) { self.init(Buffer(count: count, repeating: 7)) }
}

/// `[N, C, pixels]` to `[N, CB, pixels, 16]`.
func blocked(_ values: [Float], _ images: Int, _ channels: Int, _ pixels: Int) -> Buffer<Float> {
  var buffer = Buffer<Float>(count: images * blocks(of: channels) * pixels * lanes)
  for i in values.indices {
    let (n, c, p) = (i / pixels / channels, i / pixels % channels, i % pixels)
    buffer[((n * blocks(of: channels) + c / lanes) * pixels + p) * lanes + c % lanes] = values[i]
  }
  return buffer
}

/// `[N, CB, pixels, 16]` to `[N, C, pixels]`; NaN where padding is not zero.
func dense(_ buffer: borrowing Buffer<Float>, _ images: Int, _ channels: Int, _ pixels: Int) -> [Float] {
  var values = [Float](repeating: .nan, count: images * channels * pixels)
  for n in 0..<images {
    for c in 0..<blocks(of: channels) * lanes {
      for p in 0..<pixels {
        let value = buffer[((n * blocks(of: channels) + c / lanes) * pixels + p) * lanes + c % lanes]
        if c < channels {
          values[(n * channels + c) * pixels + p] = value
        } else if value != 0 {
          values[0] = .nan
        }
      }
    }
  }
  return values
}
