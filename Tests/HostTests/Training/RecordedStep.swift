import Foundation
import Host
import Models
import Testing

/// The inputs of one recorded step, checked against their definitions in double precision.
struct RecordedStep {
  let batch, classes, features: Int
  private let archive: NPZ
  private let logits, d, h: [Float]
  private let targets: [Int64]

  init(_ archive: NPZ) throws {
    self.archive = archive
    let logitArray = try archive.array("logits")
    (batch, classes) = (logitArray.shape[0], logitArray.shape[1])
    let featureArray = try archive.array("feature")
    features = featureArray.shape[1]
    (logits, h) = (logitArray.floats(), featureArray.floats())
    d = try archive.array("logit_gradient").floats()
    targets = try archive.array("target").int64s()
  }

  private func floats(_ name: String) -> [Float] { (try? archive.array(name).floats()) ?? [] }
  private func integers(_ name: String) -> [Int64] { (try? archive.array(name).int64s()) ?? [] }

  func checkLosses() {
    let losses = floats("loss")
    for i in 0..<batch {
      let row = logits[i * classes..<(i + 1) * classes].map { exp(Double($0)) }
      let sum = row.reduce(0, +)
      #expect(abs(Double(losses[i]) + log(row[Int(targets[i])] / sum)) < 1e-4)
      for k in 0..<classes {
        let expected = row[k] / sum - (k == Int(targets[i]) ? 1 : 0)
        #expect(abs(Double(d[i * classes + k]) - expected) < 1e-5)
      }
    }
  }

  /// `gradient` is `d ⊗ h` and `d`; `gram`, `gradient_norm` and `cosine` follow from it.
  func checkGradients(_ source: GradientSource) {
    let gram = floats("gram")
    let norms = floats("gradient_norm")
    let cosines = floats("cosine")
    for i in 0..<batch {
      #expect(abs(norms[i] - gram[i * batch + i].squareRoot()) <= 1e-5 * norms[i])
      for j in 0..<batch {
        let expected = gram[i * batch + j] / (norms[i] * norms[j])
        #expect(abs(cosines[i * batch + j] - expected) < 1e-5)
        #expect(abs(gram[i * batch + j] - gram[j * batch + i]) <= 1e-4 * norms[i] * norms[j])
      }
    }
    let rows = floats("gradient")
    guard let width = LastLayerGradients.width(source, classes: classes, features: features) else {
      #expect(rows.isEmpty)  // the probe's optional input is absent
      return
    }
    #expect(rows.count == batch * width)
    for i in 0..<batch {
      let expected = gradient(of: i, source)
      #expect(zip(rows[i * width..<(i + 1) * width], expected).allSatisfy { abs($0 - $1) < 1e-5 })
      for j in 0..<batch {
        var product = 0.0
        for k in 0..<width { product += Double(rows[i * width + k]) * Double(rows[j * width + k]) }
        #expect(abs(Double(gram[i * batch + j]) - product) <= 1e-4 * Double(norms[i] * norms[j]))
      }
    }
  }

  private func gradient(of i: Int, _ source: GradientSource) -> [Float] {
    let own = Array(d[i * classes..<(i + 1) * classes])
    let weight = own.flatMap { slope in h[i * features..<(i + 1) * features].map { slope * $0 } }
    switch source {
    case .bias: return own
    case .weight: return weight
    default: return weight + own
    }
  }

  func checkLabels() {
    #expect(integers("group") == targets)
    // Two of each class are held out, of 120, 86, … 6 samples.
    #expect(integers("class_count") == [118, 84, 60, 42, 30, 21, 14, 10, 6, 4])
    let alignments = floats("meta_alignment")
    #expect(alignments.count == batch && Set(alignments).count > batch / 2)
    #expect(alignments.allSatisfy { $0.isFinite })
  }
}
