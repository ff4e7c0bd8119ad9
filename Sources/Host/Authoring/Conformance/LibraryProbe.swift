internal import Foundation
internal import Glibc
internal import PluginABI

/// A library as the dynamic linker sees it: which symbols its own dependencies provide, what its table function
/// returns.
@safe
struct LibraryProbe {
  private let handle: UnsafeMutableRawPointer
  private let tables: @convention(c) (UnsafePointer<CChar>?) -> UnsafePointer<br_strategy>?

  /// Opens the library; it stays open.
  init(path: String) throws(PluginError) {
    let handle = try unsafe openLibrary(path)
    guard let symbol = unsafe dlsym(handle, "br_strategy_v1") else {
      throw .missingSymbols(path: path, symbols: ["br_strategy_v1"])
    }
    typealias Tables = @convention(c) (UnsafePointer<CChar>?) -> UnsafePointer<br_strategy>?
    unsafe self.handle = handle
    unsafe tables = unsafe unsafeBitCast(symbol, to: Tables.self)
  }

  /// Whether the library or one that it was linked with defines `symbol`; what this process has besides does not
  /// count, because another host may not have it.
  func provides(_ symbol: String) -> Bool { unsafe dlsym(handle, symbol) != nil }

  /// Whether there is a table for `id`.
  func hasTable(for id: String) -> Bool { unsafe tables(id) != nil }

  /// The size that a strategy's table gives itself, and its reserved field.
  func tableHeader(for id: String) -> (size: UInt32, reserved: UInt32)? {
    guard let table = unsafe tables(id) else { return nil }
    let bytes = unsafe UnsafeRawPointer(table)
    let size = unsafe bytes.loadUnaligned(as: UInt32.self)
    return unsafe (size, size < 8 ? 0 : bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
  }

  /// The linker's flag for the common library that has `symbol`.
  static func linkerFlag(for symbol: String) -> String? {
    let common = [
      ("libm.so.6", "-lm"), ("libstdc++.so.6", "-lstdc++"), ("libgfortran.so.5", "-lgfortran"),
      ("libopenblas.so.0", "-lopenblas"), ("libz.so.1", "-lz"), ("libpng16.so.16", "-lpng"),
    ]
    let found = common.first { name, _ in
      guard let handle = unsafe dlopen(name, RTLD_LAZY | RTLD_LOCAL) else { return false }
      return unsafe dlsym(handle, symbol) != nil
    }
    return found?.1
  }
}
