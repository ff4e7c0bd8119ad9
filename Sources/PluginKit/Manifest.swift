/// What a strategy can ask for; the README of `plugins/` says what each one holds.
public enum Input: String, CaseIterable, Sendable {
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
}

/// What a strategy can give.
public enum Output: String, CaseIterable, Sendable {
  case weight
  case score
  case loss
  case logitGradient = "logit_gradient"
}

/// What a strategy is and needs. What it gives follows from its protocol.
public struct Manifest: Sendable {
  /// The name for `--strategy` or `--objective`: lower-case letters, digits and hyphens.
  public var id: String
  /// The version of this strategy.
  public var version: String
  /// The name for people.
  public var name: String
  /// One sentence.
  public var summary: String
  /// The publication to cite, if there is one.
  public var cite: String?
  /// What the strategy cannot do without.
  public var inputs: [Input]
  /// What the strategy uses where the host can give it.
  public var optionalInputs: [Input]
  /// What `--set` changes.
  public var parameters: [Parameter]
  /// Same inputs, state and seed give the same bytes.
  public var isDeterministic: Bool
  /// Permuting the batch permutes the outputs, up to rounding.
  public var isEquivariant: Bool
  /// The strategy implements `save` and `load`.
  public var hasState: Bool

  /// A manifest.
  public init(
    id: String, version: String, name: String, summary: String, cite: String? = nil, inputs: [Input],
    optionalInputs: [Input] = [], parameters: [Parameter] = [], isDeterministic: Bool = false,
    isEquivariant: Bool = false, hasState: Bool = false
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.summary = summary
    self.cite = cite
    self.inputs = inputs
    self.optionalInputs = optionalInputs
    self.parameters = parameters
    self.isDeterministic = isDeterministic
    self.isEquivariant = isEquivariant
    self.hasState = hasState
  }
}

/// A parameter of a strategy. Bounds are inclusive.
public enum Parameter: Sendable {
  case float(_ name: String, default: Double, min: Double? = nil, max: Double? = nil, help: String)
  case int(_ name: String, default: Int64, min: Int64? = nil, max: Int64? = nil, help: String)
  case bool(_ name: String, default: Bool, help: String)
  case choice(_ name: String, of: [String], default: String, help: String)
  case string(_ name: String, default: String, help: String)

  /// The name for `--set NAME=VALUE`.
  public var name: String {
    switch self {
    case .float(let name, _, _, _, _), .int(let name, _, _, _, _), .bool(let name, _, _),
      .choice(let name, _, _, _), .string(let name, _, _):
      name
    }
  }
}
