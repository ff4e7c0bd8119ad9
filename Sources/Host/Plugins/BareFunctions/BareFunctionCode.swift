@unsafe @preconcurrency internal import CFFI
internal import Foundation
internal import Glibc
internal import PluginABI

/// A bare function as a strategy's code: `create` prepares the call, `step` makes it through libffi.
@safe
final class BareFunctionCode: Sendable {
  let function: BareFunction
  let inputs: [StrategyInput]
  let outputs: [StrategyOutput]
  private let parameterCount: Int
  let address: @convention(c) () -> Void

  /// Finds the function of a strategy whose manifest is the file `manifestPath`.
  init(_ manifest: StrategyManifest, _ function: BareFunction, manifestPath: String) throws(PluginError) {
    let path = function.libraryPath(from: manifestPath)
    if let exports = try ELFFile(path: path).exports, !exports.contains(function.symbol) {
      throw .noSuchFunction(path: path, symbol: function.symbol, known: exports.sorted())
    }
    let handle = try unsafe openLibrary(path)
    guard let symbol = unsafe dlsym(handle, function.symbol) else {
      throw .noSuchFunction(path: path, symbol: function.symbol, known: [])
    }
    self.function = function
    self.inputs = manifest.inputs.map(\.name)
    self.outputs = manifest.outputs
    self.parameterCount = manifest.parameters.count
    unsafe address = unsafeBitCast(symbol, to: (@convention(c) () -> Void).self)
  }

  /// The function as the ABI's functions.
  var functions: StrategyFunctions {
    unsafe StrategyFunctions(
      create: { setup, instance in
        let setup = unsafe copy(of: setup, empty: br_setup())
        guard unsafe Int(setup.param_count) == self.parameterCount, let call = unsafe BareCall(self, setup)
        else {
          let text = "libffi refuses the signature, or the setup lacks parameters"
          return unsafe br_error(setup.host, BR_ERROR_UNSUPPORTED, text)
        }
        unsafe instance = Unmanaged.passRetained(call).toOpaque()
        return BR_OK
      },
      step: { instance, step in
        guard let instance = unsafe instance else { return BR_ERROR_ARGUMENT }
        let call = unsafe Unmanaged<BareCall>.fromOpaque(instance).takeUnretainedValue()
        return unsafe call.run(copy(of: step, empty: br_step()))
      },
      destroy: { instance in
        if let instance = unsafe instance { unsafe Unmanaged<BareCall>.fromOpaque(instance).release() }
      })
  }
}
