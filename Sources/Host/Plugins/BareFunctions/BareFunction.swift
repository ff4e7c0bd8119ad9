internal import Foundation

/// A plain function of any shared object, described by a sidecar manifest.
public struct BareFunction: Sendable, Equatable {
  /// The shared object, relative to the manifest's folder.
  public let library: String
  /// The function's symbol.
  public let symbol: String
  /// Its arguments, in order.
  public let arguments: [BareArgument]
  /// Whether it returns an `i32` of which 0 is success; else it returns nothing.
  public let returnsStatus: Bool

  /// The absolute path of the shared object, for a manifest at `manifestPath`.
  func libraryPath(from manifestPath: String) -> String {
    let folder = URL(fileURLWithPath: manifestPath).deletingLastPathComponent()
    return URL(fileURLWithPath: library, relativeTo: folder).standardizedFileURL.path
  }
}

/// An argument of a bare function.
public enum BareArgument: Sendable, Equatable {
  /// A pointer to the elements of an input, converted where the type is not the registry's.
  case input(StrategyInput, BareType)
  /// A pointer to the elements of an output, converted afterwards where the type is not the registry's.
  case output(StrategyOutput, BareType)
  /// A number, or a pointer to one as Fortran wants it.
  case number(BareNumber, BareType, byReference: Bool)
}

/// A number that a bare function can be given.
public enum BareNumber: Sendable, Equatable {
  case known(Known)
  /// The parameter at this index of the manifest.
  case parameter(Int)

  /// What is known of a run or a step; raw values are the names in a manifest.
  public enum Known: String, CaseIterable, Sendable {
    case batch
    case classes
    case features
    case gradientLength = "gradient_length"
    case trainingSamples = "training_samples"
    case epoch
    case step
    case progress
    case learningRate = "learning_rate"

    /// The types that hold it.
    var types: [BareType] {
      switch self {
      case .progress, .learningRate: [.float32, .float64]
      default: [.int32, .int64]
      }
    }
  }
}

/// The type of a number or of elements; raw values are the names in a manifest.
public enum BareType: String, CaseIterable, Sendable {
  case int32 = "i32"
  case int64 = "i64"
  case float32 = "f32"
  case float64 = "f64"

  /// The size of one, in bytes.
  var size: Int { self == .int32 || self == .float32 ? 4 : 8 }

  /// The types that the elements of an input or output can be converted to, its own first.
  static func holding(_ type: ElementType) -> [BareType] {
    type == .int64 ? [.int64, .int32] : [.float32, .float64]
  }
}

extension StrategyParameter {
  /// The types that hold the parameter's value; an enumeration is its index, a truth value 0 or 1.
  var bareTypes: [BareType] {
    switch kind {
    case .float: return [.float64, .float32]
    case .int(_, let min, let max):
      guard let min, let max, min >= Int64(Int32.min), max <= Int64(Int32.max) else { return [.int64] }
      return [.int64, .int32]
    case .bool, .enumeration: return [.int64, .int32]
    case .string: return []
    }
  }
}

extension BareFunction {
  /// The function as C declares it, and where it is; `parameters` are those of its strategy.
  package func declaration(_ parameters: [StrategyParameter]) -> String {
    let list = arguments.map { $0.declaration(parameters) }.joined(separator: ", ")
    return "\(returnsStatus ? "int32_t" : "void") \(symbol)(\(list)) of \(library)"
  }
}

extension BareArgument {
  /// The argument as C declares it: `const float *loss`.
  fileprivate func declaration(_ parameters: [StrategyParameter]) -> String {
    switch self {
    case .input(let name, let type): return "const \(type.declaration) *\(name.rawValue)"
    case .output(let name, let type): return "\(type.declaration) *\(name.rawValue)"
    case .number(let number, let type, let byReference):
      let name =
        switch number {
        case .known(let known): known.rawValue
        case .parameter(let index): parameters[index].name
        }
      return "\(type.declaration) \(byReference ? "*" : "")\(name)"
    }
  }
}

extension BareType {
  fileprivate var declaration: String {
    switch self {
    case .int32: "int32_t"
    case .int64: "int64_t"
    case .float32: "float"
    case .float64: "double"
    }
  }
}
