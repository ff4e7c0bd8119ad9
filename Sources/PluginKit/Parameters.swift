internal import PluginABI

/// The values of a strategy's parameters, checked against its manifest by the host.
public struct Parameters: Sendable {
  private enum Value: Sendable {
    case float(Double)
    case int(Int64)
    case bool(Bool)
    case text(String)
  }

  private var values: [String: Value] = [:]

  init(_ setup: borrowing br_setup, _ parameters: [Parameter]) throws {
    guard unsafe Int(setup.param_count) == parameters.count, unsafe setup.params != nil || parameters.isEmpty
    else {
      throw StrategyError.argument("expected \(parameters.count) parameter values")
    }
    for (index, parameter) in parameters.enumerated() {
      guard let value = unsafe Self.value(setup.params[index]) else {
        throw StrategyError.argument("the value of '\(parameter.name)' has an unknown type")
      }
      values[parameter.name] = value
    }
  }

  private static func value(_ record: br_value) -> Value? {
    switch unsafe record.type {
    case BR_PARAM_FLOAT: unsafe .float(record.number)
    case BR_PARAM_INT: unsafe .int(record.integer)
    case BR_PARAM_BOOL: unsafe .bool(record.integer != 0)
    case BR_PARAM_ENUM, BR_PARAM_STRING: unsafe record.text.map { unsafe .text(String(cString: $0)) }
    default: nil
    }
  }

  /// The value of a `float` parameter.
  public func float(_ name: String) throws -> Double {
    guard case .float(let value)? = values[name] else { throw missing(name, "float") }
    return value
  }

  /// The value of an `int` parameter.
  public func int(_ name: String) throws -> Int64 {
    guard case .int(let value)? = values[name] else { throw missing(name, "int") }
    return value
  }

  /// The value of a `bool` parameter.
  public func bool(_ name: String) throws -> Bool {
    guard case .bool(let value)? = values[name] else { throw missing(name, "bool") }
    return value
  }

  /// The value of a `choice` or `string` parameter.
  public func text(_ name: String) throws -> String {
    guard case .text(let value)? = values[name] else { throw missing(name, "text") }
    return value
  }

  private func missing(_ name: String, _ type: String) -> StrategyError {
    .argument("the manifest has no \(type) parameter '\(name)'")
  }
}
