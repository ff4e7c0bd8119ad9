/// The element types that cross the plugin boundary; raw values are those of `brhost_plugin.h`.
public enum ElementType: UInt32, Sendable, CaseIterable {
  case float32 = 1
  case float64
  case int32
  case int64
  case uint8

  /// The size of one element, in bytes.
  public var size: Int {
    switch self {
    case .float32, .int32: 4
    case .float64, .int64: 8
    case .uint8: 1
    }
  }

  /// The short name: `f32`, `i64`.
  public var name: String {
    switch self {
    case .float32: "f32"
    case .float64: "f64"
    case .int32: "i32"
    case .int64: "i64"
    case .uint8: "u8"
    }
  }
}

extension ElementType {
  /// The same type in a file.
  var stored: NamedTensor.DataType {
    switch self {
    case .float32: .f32
    case .float64: .f64
    case .int32: .i32
    case .int64: .i64
    case .uint8: .u8
    }
  }
}

/// A dimension of an input or output; raw values are the letters of the documentation.
public enum TensorDimension: String, Sendable {
  case batch = "B"
  case classes = "C"
  case features = "F"
  case gradient = "d"
}

/// How long every dimension of a run is.
public struct TensorSizes: Sendable, Equatable {
  /// Samples in a batch, B.
  public var batch: Int
  /// Classes, C.
  public var classes: Int
  /// Width of the last layer's input, F.
  public var features: Int
  /// Length of a per-sample gradient row, d; 0 where rows are never materialised.
  public var gradientLength: Int

  /// Sizes; each at least zero.
  public init(batch: Int, classes: Int, features: Int, gradientLength: Int) {
    precondition(
      batch >= 0 && classes >= 0 && features >= 0 && gradientLength >= 0,
      "sizes \(batch), \(classes), \(features), \(gradientLength)")
    self.batch = batch
    self.classes = classes
    self.features = features
    self.gradientLength = gradientLength
  }

  /// The length of one dimension.
  public subscript(dimension: TensorDimension) -> Int {
    switch dimension {
    case .batch: batch
    case .classes: classes
    case .features: features
    case .gradient: gradientLength
    }
  }

  /// The number of elements of a tensor with these dimensions.
  public func count(_ dimensions: [TensorDimension]) -> Int { dimensions.reduce(1) { $0 * self[$1] } }
}

/// What a strategy can ask for; raw values are the names in a manifest.
public enum StrategyInput: String, CaseIterable, Sendable {
  case loss
  case logits
  case target
  case sampleID = "sample_id"
  case feature
  case logitGradient = "logit_gradient"
  case gradient
  case gradientNorm = "gradient_norm"
  case gram
  case cosine
  case classCount = "class_count"
  case group
  case metaAlignment = "meta_alignment"

  /// `int64` for labels, ids and counts, else `float32`.
  public var elementType: ElementType {
    switch self {
    case .target, .sampleID, .classCount, .group: .int64
    default: .float32
    }
  }

  /// The dimensions, outermost first; dense and row-major.
  public var dimensions: [TensorDimension] {
    switch self {
    case .loss, .target, .sampleID, .gradientNorm, .group, .metaAlignment: [.batch]
    case .logits, .logitGradient: [.batch, .classes]
    case .feature: [.batch, .features]
    case .gradient: [.batch, .gradient]
    case .gram, .cosine: [.batch, .batch]
    case .classCount: [.classes]
    }
  }

  /// One line for people.
  public var meaning: String {
    switch self {
    case .loss: "unweighted loss of each sample, in nats"
    case .logits: "network outputs before softmax"
    case .target: "class index"
    case .sampleID: "row of the training set"
    case .feature: "input of the last layer"
    case .logitGradient: "derivative of each sample's loss with respect to its logits"
    case .gradient: "per-sample gradient rows from the run's gradient source"
    case .gradientNorm: "L2 norm of each gradient row"
    case .gram: "inner products of the gradient rows"
    case .cosine: "cosines of the gradient rows"
    case .classCount: "training samples per class"
    case .group: "group label; the class where the data has none"
    case .metaAlignment: "inner product with the mean gradient of a held-out class-balanced batch, last layer"
    }
  }
}

/// What a strategy can give; raw values are the names in a manifest. All are `float32`.
public enum StrategyOutput: String, CaseIterable, Sendable {
  case weight
  case score
  case loss
  case logitGradient = "logit_gradient"

  /// The dimensions, outermost first; dense and row-major.
  public var dimensions: [TensorDimension] { self == .logitGradient ? [.batch, .classes] : [.batch] }

  /// One line for people.
  public var meaning: String {
    switch self {
    case .weight: "share of each sample in the batch loss: finite, not negative, not all zero"
    case .score: "a number recorded per sample and averaged over the epochs"
    case .loss: "loss of each sample, in nats"
    case .logitGradient: "derivative of each sample's loss with respect to its logits"
    }
  }
}

/// What a strategy is for.
public enum StrategyRole: String, Sendable {
  /// Gives `weight`, and perhaps `score`: chosen by `--strategy`.
  case weighting
  /// Gives `loss` and `logit_gradient`: chosen by `--objective`.
  case objective
}
