internal import Foundation
internal import Glibc
internal import PluginABI

/// The major version of the plugin ABI that this host speaks.
let hostMajor = BR_ABI_MAJOR
/// The minor version of the plugin ABI that this host speaks.
let hostMinor = BR_ABI_MINOR

/// Opens the shared object at an absolute path in this process, for good.
func openLibrary(_ path: String) throws(PluginError) -> UnsafeMutableRawPointer {
  guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
    let text = unsafe dlerror().map { unsafe String(cString: $0) } ?? "unknown reason"
    throw .cannotOpen(path: path, reason: text.replacing("\(path): ", with: ""))
  }
  return unsafe handle
}

/// Where code of a plugin may run to say what the plugin is.
public enum ManifestAccess: Sendable {
  /// In this process.
  case here
  /// In a process of its own.
  case isolated(Isolation)
}

/// A plugin library and what it says about itself.
///
/// Once open, a library stays mapped until the process ends, because code and metadata inside it cannot be unloaded.
@safe
public struct PluginLibrary: Sendable {
  /// The absolute path of its file.
  public let path: String
  /// What it offers.
  public let manifest: PluginManifest

  private typealias Manifest = @convention(c) () -> UnsafePointer<CChar>?
  private typealias Tables = @convention(c) (UnsafePointer<CChar>?) -> UnsafePointer<br_strategy>?
  private static let symbols = ["br_manifest_v1", "br_strategy_v1"]

  /// Reads the manifest at `path`: a library's, after a look at the file, or a sidecar file for bare functions, whose
  /// name ends in `.json`.
  ///
  /// No code of a file runs unless the file exports both symbols of the ABI.
  public init(path: String, access: ManifestAccess = .here) throws(PluginError) {
    let path = URL(fileURLWithPath: path).standardizedFileURL.path
    let isSidecar = path.hasSuffix(".json")
    let bytes = isSidecar ? try Self.sidecarBytes(of: path) : try Self.manifestBytes(of: path, access)
    manifest = try ManifestReader.read(bytes, file: path)
    self.path = path
    for strategy in manifest.strategies where (strategy.bareFunction != nil) != isSidecar {
      throw isSidecar
        ? .notASidecar(path: path, id: strategy.id) : .embeddedBareFunction(path: path, id: strategy.id)
    }
  }

  private static func sidecarBytes(of path: String) throws(PluginError) -> [UInt8] {
    do { return try readFile(at: path, limit: longestManifest) } catch {
      if case .missing = error { throw .noSuchFile(path: path) }
      throw .unreadable(error)
    }
  }

  private static func manifestBytes(
    of path: String, _ access: ManifestAccess
  ) throws(PluginError) -> [UInt8] {
    if let exports = try ELFFile(path: path).exports {
      let missing = symbols.filter { !exports.contains($0) }
      guard missing.isEmpty else { throw .missingSymbols(path: path, symbols: missing) }
    }
    switch access {
    case .here: return try manifestBytes(of: path)
    case .isolated(let isolation): return try IsolatedManifest.bytes(of: path, isolation)
    }
  }

  /// Opens the library at the absolute `path` in this process and finds its two functions.
  private static func open(_ path: String) throws(PluginError) -> (manifest: Manifest, tables: Tables) {
    let handle = try unsafe openLibrary(path)
    let found = unsafe symbols.map { unsafe dlsym(handle, $0) }
    guard let manifest = unsafe found[0], let tables = unsafe found[1] else {
      let missing = unsafe zip(symbols, found).filter { unsafe $0.1 == nil }.map(\.0)
      throw .missingSymbols(path: path, symbols: missing)
    }
    return unsafe (unsafeBitCast(manifest, to: Manifest.self), unsafeBitCast(tables, to: Tables.self))
  }

  /// The JSON that the library at the absolute `path` gives, which runs its code in this process.
  static func manifestBytes(of path: String) throws(PluginError) -> [UInt8] {
    try unsafe text(open(path).manifest(), path)
  }

  private static let longestManifest = 1 << 20

  private static func text(_ start: UnsafePointer<CChar>?, _ path: String) throws(PluginError) -> [UInt8] {
    guard let start = unsafe start else { throw .noManifest(path: path, found: "NULL") }
    let length = unsafe strnlen(start, longestManifest + 1)
    guard length <= longestManifest else { throw .noManifest(path: path, found: "a longer text") }
    let raw = unsafe UnsafeRawBufferPointer(start: start, count: length)
    return unsafe [UInt8](raw)
  }

  /// The code of a strategy, which runs in this process.
  func functions(for strategy: StrategyManifest) throws(PluginError) -> StrategyFunctions {
    guard let function = strategy.bareFunction else { return StrategyFunctions(try table(for: strategy)) }
    return try BareFunctionCode(strategy, function, manifestPath: path).functions
  }

  /// The table of a strategy, copied: what lies beyond the plugin's `struct_size` is zero.
  private func table(for strategy: StrategyManifest) throws(PluginError) -> br_strategy {
    let id = strategy.id
    guard let source = unsafe try Self.open(path).tables(id) else { throw .noTable(path: path, id: id) }
    let size = unsafe Int(UnsafeRawPointer(source).loadUnaligned(as: UInt32.self))
    let table = unsafe copy(of: source, empty: br_strategy())
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
