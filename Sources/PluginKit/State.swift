internal import PluginABI

/// An element of saved state: `Float`, `Double`, `Int32`, `Int64` or `UInt8`.
public protocol StateElement: BitwiseCopyable {
  /// The code of the type in the ABI.
  static var typeCode: UInt32 { get }
}

extension Float: StateElement {
  /// `BR_F32`.
  public static var typeCode: UInt32 { BR_F32 }
}
extension Double: StateElement {
  /// `BR_F64`.
  public static var typeCode: UInt32 { BR_F64 }
}
extension Int32: StateElement {
  /// `BR_I32`.
  public static var typeCode: UInt32 { BR_I32 }
}
extension Int64: StateElement {
  /// `BR_I64`.
  public static var typeCode: UInt32 { BR_I64 }
}
extension UInt8: StateElement {
  /// `BR_U8`.
  public static var typeCode: UInt32 { BR_U8 }
}

/// Where a strategy saves its state, as named arrays.
@safe
public struct StateWriter: ~Escapable {
  private let host: Host

  @_lifetime(immortal)
  init(_ host: Host) { self.host = host }

  /// Saves an array; names are unique and at most 128 bytes.
  public func put(_ name: String, _ values: [some StateElement]) throws { try host.put(name, values) }
}

/// Where a strategy finds its saved state.
@safe
public struct StateReader: ~Escapable {
  private let host: Host

  @_lifetime(immortal)
  init(_ host: Host) { self.host = host }

  /// A saved array.
  ///
  /// - Throws: `StrategyError.state` when there is none of this name and type.
  public func get<Element: StateElement>(_ name: String) throws -> [Element] { try host.get(name) }
}
