import Foundation
import Models
import Testing

/// Closed forms against materialised gradients, and losses against central differences.
@Suite struct LastLayerGradientTests {
  let samples = 7
  let classes = 5
  let features = 11

  private func draw(_ count: Int, _ name: String) -> Buffer<Float> {
    var random = RandomStream(seed: 1, name: name)
    var buffer = Buffer<Float>(count: count)
    for i in 0..<count { buffer[i] = Float(random.normal()) }
    return buffer
  }

  @Test(arguments: [GradientSource.bias, .weight, .layer])
  func gramIsTheProductOfTheRows(_ source: GradientSource) throws {
    let width = try #require(LastLayerGradients.width(source, classes: classes, features: features))
    let d = draw(samples * classes, "d")
    let h = draw(samples * features, "h")
    var rows = Buffer<Float>(count: samples * width)
    LastLayerGradients.rows(
      source, logitGradient: d, features: h, samples: samples, classes: classes, width: features, into: &rows)
    var gram = Buffer<Float>(count: samples * samples)
    var scratch = Buffer<Float>(count: samples * samples)
    LastLayerGradients.gram(
      source, logitGradient: d, features: h, samples: samples, classes: classes, width: features, into: &gram,
      scratch: &scratch, pool: try ThreadPool(threads: 2))
    for i in 0..<samples {
      for j in 0..<samples {
        var product = 0.0
        for k in 0..<width { product += Double(rows[i * width + k]) * Double(rows[j * width + k]) }
        #expect(abs(Double(gram[i * samples + j]) - product) < 1e-4)
      }
    }
  }

  @Test func zeroGradientsHaveNoCosine() {
    var gram = Buffer<Float>(count: 9)
    for (i, value) in [Float(4), 0, 2, 0, 0, 0, 2, 0, 1].enumerated() { gram[i] = value }
    var cosine = Buffer<Float>(count: 9, repeating: 7)
    var norms = Buffer<Float>(count: 3)
    LastLayerGradients.cosines(of: gram, samples: 3, into: &cosine, norms: &norms)
    #expect(cosine.array() == [1, 0, 1, 0, 0, 0, 1, 0, 1])
    #expect(norms.array() == [2, 0, 1])
  }

  @Test func everyGradientAgreesWithItselfExactly() {
    let samples = 200
    var gram = Buffer<Float>(count: samples * samples)
    for i in 0..<samples { gram[i * samples + i] = 0.01 + Float(i) / 7 }
    var cosine = Buffer<Float>(count: samples * samples)
    var norms = Buffer<Float>(count: samples)
    LastLayerGradients.cosines(of: gram, samples: samples, into: &cosine, norms: &norms)
    for i in 0..<samples { #expect(cosine[i * (samples + 1)] == 1, "norm \(norms[i])") }
  }

  /// `⟨g_i, mean⟩` equals the product of materialised rows.
  @Test func alignmentIsTheProductWithTheMeanRow() {
    let width = classes * (features + 1)
    let d = draw(samples * classes, "d")
    let h = draw(samples * features, "h")
    let e = draw(4 * classes, "e")
    let g = draw(4 * features, "g")
    var meta = MetaGradient(classes: classes, features: features)
    meta.add(logitGradient: draw(classes, "other"), features: draw(features, "other"), samples: 1)
    meta.reset()
    meta.add(logitGradient: e, features: g, samples: 4)
    var alignment = Buffer<Float>(count: samples)
    meta.align(logitGradient: d, features: h, samples: samples, into: &alignment)
    var rows = Buffer<Float>(count: samples * width)
    var held = Buffer<Float>(count: 4 * width)
    LastLayerGradients.rows(
      .layer, logitGradient: d, features: h, samples: samples, classes: classes, width: features, into: &rows)
    LastLayerGradients.rows(
      .layer, logitGradient: e, features: g, samples: 4, classes: classes, width: features, into: &held)
    for i in 0..<samples {
      var product = 0.0
      for k in 0..<width {
        let mean = (0..<4).reduce(0.0) { $0 + Double(held[$1 * width + k]) } / 4
        product += Double(rows[i * width + k]) * mean
      }
      #expect(abs(Double(alignment[i]) - product) < 1e-4)
    }
  }

  @Test func crossEntropyMatchesCentralDifferences() {
    var logits = draw(samples * classes, "logits")
    var targets = Buffer<Int64>(count: samples)
    for i in 0..<samples { targets[i] = Int64(i % classes) }
    var losses = Buffer<Float>(count: samples)
    var gradient = Buffer<Float>(count: samples * classes)
    SoftmaxCrossEntropy.evaluate(
      logits: logits, targets: targets, samples: samples, classes: classes, losses: &losses,
      logitGradient: &gradient)
    let expected = gradient.array()
    for i in 0..<samples * classes {
      var ends: [Float] = []
      for step in [Float(1e-2), -2e-2] {
        logits[i] += step
        SoftmaxCrossEntropy.evaluate(
          logits: logits, targets: targets, samples: samples, classes: classes, losses: &losses,
          logitGradient: &gradient)
        ends.append(losses[i / classes])
      }
      logits[i] += 1e-2
      #expect(abs((ends[0] - ends[1]) / 2e-2 - expected[i]) < 1e-3)
    }
  }

  @Test func hugeLogitsStayFinite() {
    var logits = Buffer<Float>(count: 3)
    for (k, value) in [Float(1e30), -1e30, 0].enumerated() { logits[k] = value }
    var losses = Buffer<Float>(count: 1)
    var gradient = Buffer<Float>(count: 3)
    SoftmaxCrossEntropy.evaluate(
      logits: logits, targets: Buffer(count: 1, repeating: 1), samples: 1, classes: 3, losses: &losses,
      logitGradient: &gradient)
    #expect(losses[0] == 2e30 && gradient.array() == [1, -1, 0])
  }
}
