internal import Foundation
internal import Glibc
internal import PluginABI

/// The major version of the plugin ABI that this host speaks.
let hostMajor = BR_ABI_MAJOR
/// The minor version of the plugin ABI that this host speaks.
let hostMinor = BR_ABI_MINOR

/// An open plugin library and what it says about itself.
///
/// A library stays mapped until the process ends, because code and metadata inside it cannot be unloaded.
@safe
public struct PluginLibrary: Sendable {
  /// The absolute path that it was opened by.
  public let path: String
  /// What it offers.
  public let manifest: PluginManifest
  private let tables: @convention(c) (UnsafePointer<CChar>?) -> UnsafePointer<br_strategy>?

  /// Opens the library at `path` after a look at the file, and reads its manifest.
  ///
  /// No code of a file runs unless the file exports both symbols of the ABI.
  public init(path: String) throws(PluginError) {
    let path = URL(fileURLWithPath: path).standardizedFileURL.path
    let wanted = ["br_manifest_v1", "br_strategy_v1"]
    if let exports = try ELFFile(path: path).exports {
      let missing = wanted.filter { !exports.contains($0) }
      guard missing.isEmpty else { throw .missingSymbols(path: path, symbols: missing) }
    }
    guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
      let text = unsafe dlerror().map { unsafe String(cString: $0) } ?? "unknown reason"
      throw .cannotOpen(path: path, reason: text.replacing("\(path): ", with: ""))
    }
    let symbols = unsafe wanted.map { unsafe dlsym(handle, $0) }
    guard let manifestSymbol = unsafe symbols[0], let tableSymbol = unsafe symbols[1] else {
      let missing = unsafe zip(wanted, symbols).filter { unsafe $0.1 == nil }.map(\.0)
      throw .missingSymbols(path: path, symbols: missing)
    }
    typealias Manifest = @convention(c) () -> UnsafePointer<CChar>?
    typealias Tables = @convention(c) (UnsafePointer<CChar>?) -> UnsafePointer<br_strategy>?
    let bytes = try unsafe Self.text(unsafe unsafeBitCast(manifestSymbol, to: Manifest.self)(), path)
    manifest = try ManifestReader.read(bytes, file: path)
    unsafe tables = unsafe unsafeBitCast(tableSymbol, to: Tables.self)
    self.path = path
  }

  private static let longestManifest = 1 << 20

  private static func text(_ start: UnsafePointer<CChar>?, _ path: String) throws(PluginError) -> [UInt8] {
    guard let start = unsafe start else { throw .noManifest(path: path, found: "NULL") }
    let length = unsafe strnlen(start, longestManifest + 1)
    guard length <= longestManifest else { throw .noManifest(path: path, found: "a longer text") }
    let raw = unsafe UnsafeRawBufferPointer(start: start, count: length)
    return unsafe [UInt8](raw)
  }

  /// The functions of a strategy.
  func functions(for strategy: StrategyManifest) throws(PluginError) -> StrategyFunctions {
    StrategyFunctions(try table(for: strategy))
  }

  /// The table of a strategy, copied: what lies beyond the plugin's `struct_size` is zero.
  private func table(for strategy: StrategyManifest) throws(PluginError) -> br_strategy {
    let id = strategy.id
    guard let source = unsafe tables(id) else { throw .noTable(path: path, id: id) }
    let size = unsafe Int(UnsafeRawPointer(source).loadUnaligned(as: UInt32.self))
    var table = br_strategy()
    unsafe withUnsafeMutableBytes(of: &table) { local in
      let count = min(size, local.count) & ~7  // a field that is there in part is not there
      unsafe local.copyMemory(from: UnsafeRawBufferPointer(start: source, count: count))
    }
    let required = unsafe [
      ("create", table.create != nil), ("step", table.step != nil), ("destroy", table.destroy != nil),
      ("save", table.save != nil || !strategy.hasState), ("load", table.load != nil || !strategy.hasState),
    ]
    if let missing = required.first(where: { !$0.1 }) {
      throw .incompleteTable(path: path, id: id, function: missing.0, size: size)
    }
    return table
  }
}
