internal import PluginABI

/// The code of one strategy as the ABI's five functions, wherever it comes from: the table of a plugin library,
/// or something that acts as one.
///
/// Every function takes what its namesake in `br_strategy` takes, and returns its status.
@safe
struct StrategyFunctions {
  /// Makes an instance; on failure nothing is kept, and `destroy` is not called.
  var create: (UnsafePointer<br_setup>, inout UnsafeMutableRawPointer?) -> Int32
  /// Fills every output for one batch.
  var step: (UnsafeMutableRawPointer?, UnsafePointer<br_step>) -> Int32
  /// Frees the instance.
  var destroy: (UnsafeMutableRawPointer?) -> Void
  /// Puts the state; nil where the code has no such function.
  var save: ((UnsafeMutableRawPointer?, UnsafePointer<br_host>) -> Int32)?
  /// Takes the state back; nil where the code has no such function.
  var load: ((UnsafeMutableRawPointer?, UnsafePointer<br_host>) -> Int32)?
}

/// What a growing struct of the ABI holds, up to its own size; zero beyond.
func copy<Record: BitwiseCopyable>(of source: UnsafePointer<Record>, empty: Record) -> Record {
  var record = empty
  let size = unsafe Int(UnsafeRawPointer(source).loadUnaligned(as: UInt32.self))
  unsafe withUnsafeMutableBytes(of: &record) { local in
    let count = min(size, local.count) & ~7  // a field that is there in part is not there
    unsafe local.copyMemory(from: UnsafeRawBufferPointer(start: source, count: count))
  }
  return record
}

extension StrategyFunctions {
  /// The functions of a table that has been copied and found complete.
  init(_ table: br_strategy) {
    unsafe create = { unsafe table.create?($0, &$1) ?? BR_ERROR_INTERNAL }
    unsafe step = { unsafe table.step?($0, $1) ?? BR_ERROR_INTERNAL }
    unsafe destroy = { unsafe table.destroy?($0) }
    if let function = unsafe table.save { unsafe save = { unsafe function($0, $1) } }
    if let function = unsafe table.load { unsafe load = { unsafe function($0, $1) } }
  }
}
