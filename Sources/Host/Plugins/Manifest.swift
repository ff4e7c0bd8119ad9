/// What a plugin library says about itself.
public struct PluginManifest: Sendable, Equatable {
  /// The ABI minor that the library cannot do without.
  public let neededMinor: Int
  /// What it offers, at least one; ids are unique.
  public let strategies: [StrategyManifest]
  /// What was ignored on reading, one line each.
  public let notes: [String]
}

/// What one strategy is, needs and gives.
public struct StrategyManifest: Sendable, Equatable {
  /// An input by name, and whether the strategy can do without it.
  public struct Input: Sendable, Equatable {
    /// The name in the registry.
    public let name: StrategyInput
    /// Whether the strategy runs where the host cannot give it.
    public let isOptional: Bool
  }

  /// The name for `--strategy` or `--objective`.
  public let id: String
  /// The author's version of it.
  public let version: String
  /// The name for people.
  public let name: String
  /// One sentence.
  public let summary: String
  /// The publication to cite, if there is one.
  public let cite: String?
  /// What the host computes for it, in the order of delivery.
  public let inputs: [Input]
  /// What it fills, in the order of delivery.
  public let outputs: [StrategyOutput]
  /// What `--set` changes, in the order of delivery.
  public let parameters: [StrategyParameter]
  /// Same inputs, state and seed give the same bytes.
  public let isDeterministic: Bool
  /// Permuting the batch permutes the outputs.
  public let isEquivariant: Bool
  /// It has state that must be saved with the run.
  public let hasState: Bool
  /// The plain function that does the work, where the manifest is a sidecar file.
  public let bareFunction: BareFunction?

  /// Whether it weighs samples or replaces the loss.
  public var role: StrategyRole { outputs.contains(.weight) ? .weighting : .objective }
}

/// A parameter of a strategy: its name, type, default and range.
public struct StrategyParameter: Sendable, Equatable {
  /// The type with what belongs to it; bounds are inclusive.
  public enum Kind: Sendable, Equatable {
    case float(default: Double, min: Double?, max: Double?)
    case int(default: Int64, min: Int64?, max: Int64?)
    case bool(default: Bool)
    case enumeration(default: String, values: [String])
    case string(default: String)
  }

  /// The name for `--set NAME=VALUE`.
  public let name: String
  /// Type, default and range.
  public let kind: Kind
  /// One line for people.
  public let help: String?
}

/// The value of a parameter.
public enum ParameterValue: Sendable, Equatable {
  case float(Double)
  case int(Int64)
  case bool(Bool)
  case enumeration(String, index: Int)
  case string(String)
}

extension ParameterValue: CustomStringConvertible {
  /// The value as `--set` takes it.
  public var description: String {
    switch self {
    case .float(let number): shortest(number)
    case .int(let number): String(number)
    case .bool(let flag): String(flag)
    case .enumeration(let text, _), .string(let text): text
    }
  }
}
