@unsafe @preconcurrency internal import CFFI
internal import Glibc
internal import PluginABI

/// The prepared call of a bare function in one run: its interface, and a cell for each argument.
@safe
final class BareCall {
  private let code: BareFunctionCode
  private let interface: UnsafeMutablePointer<ffi_cif>
  private let types: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>
  /// The value of each argument: a number, or a pointer.
  private let cells: UnsafeMutablePointer<UInt64>
  /// What arguments that are passed by reference point to.
  private let targets: UnsafeMutablePointer<UInt64>
  /// The address of each argument's cell, as libffi takes them.
  private let values: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  /// Prepares the call with what a setup tells; nil where libffi refuses the signature.
  init?(_ code: BareFunctionCode, _ setup: br_setup) {
    let arguments = code.function.arguments
    self.code = code
    unsafe interface = .allocate(capacity: 1)
    unsafe interface.initialize(to: ffi_cif())
    unsafe types = .allocate(capacity: arguments.count)
    unsafe cells = .allocate(capacity: arguments.count)
    unsafe cells.initialize(repeating: 0, count: arguments.count)
    unsafe targets = .allocate(capacity: arguments.count)
    unsafe targets.initialize(repeating: 0, count: arguments.count)
    unsafe values = .allocate(capacity: arguments.count)
    for (i, argument) in arguments.enumerated() {
      unsafe (types + i).initialize(to: ffiType(of: argument))
      unsafe (values + i).initialize(to: UnsafeMutableRawPointer(cells + i))
    }
    let result = unsafe code.function.returnsStatus ? ffiType(.int32) : address(of: &ffi_type_void)
    guard
      unsafe ffi_prep_cif(interface, FFI_DEFAULT_ABI, UInt32(arguments.count), result, types) == FFI_OK
    else { return nil }
    unsafe fillConstants(setup)
  }

  deinit {
    unsafe interface.deallocate()
    unsafe types.deallocate()
    unsafe cells.deallocate()
    unsafe targets.deallocate()
    unsafe values.deallocate()
  }

  // MARK: - Numbers

  /// Fills what does not change from step to step.
  private func fillConstants(_ setup: br_setup) {
    for (i, argument) in code.function.arguments.enumerated() {
      guard case .number(let number, let type, let byReference) = argument else { continue }
      switch number {
      case .parameter(let index):
        let value = unsafe setup.params[index]
        unsafe set(i, type, byReference, integer: value.integer, number: value.number)
      case .known(.classes): unsafe set(i, type, byReference, integer: setup.classes)
      case .known(.features): unsafe set(i, type, byReference, integer: setup.features)
      case .known(.gradientLength): unsafe set(i, type, byReference, integer: setup.gradient_length)
      case .known(.trainingSamples): unsafe set(i, type, byReference, integer: setup.training_samples)
      case .known: break  // a step tells
      }
    }
  }

  private func fillNumbers(_ step: br_step) {
    for (i, argument) in code.function.arguments.enumerated() {
      guard case .number(.known(let number), let type, let byReference) = argument else { continue }
      switch number {
      case .batch: unsafe set(i, type, byReference, integer: step.batch)
      case .epoch: unsafe set(i, type, byReference, integer: step.epoch)
      case .step: unsafe set(i, type, byReference, integer: step.step)
      case .progress: unsafe set(i, type, byReference, number: step.progress)
      case .learningRate: unsafe set(i, type, byReference, number: step.learning_rate)
      case .classes, .features, .gradientLength, .trainingSamples: break
      }
    }
  }

  /// Writes a number into the cell of argument `i`, or behind it.
  private func set(
    _ i: Int, _ type: BareType, _ byReference: Bool, integer: Int64 = 0, number: Double = 0
  ) {
    let bits: UInt64 =
      switch type {
      case .int32: UInt64(UInt32(bitPattern: Int32(truncatingIfNeeded: integer)))
      case .int64: UInt64(bitPattern: integer)
      case .float32: UInt64(Float(number).bitPattern)
      case .float64: number.bitPattern
      }
    if byReference {
      unsafe targets[i] = bits
      unsafe point(i, to: UnsafeRawPointer(targets + i))
    } else {
      unsafe cells[i] = bits
    }
  }

  private func point(_ i: Int, to address: UnsafeRawPointer?) {
    unsafe cells[i] = UInt64(UInt(bitPattern: address))
  }

  // MARK: - Calling

  /// Calls the function for one batch; returns a status of the ABI.
  func run(_ step: br_step) -> Int32 {
    unsafe fillNumbers(step)
    for (i, argument) in code.function.arguments.enumerated() {
      let status =
        switch argument {
        case .input(let name, let type): unsafe passInput(i, name, type, step)
        case .output(let name, let type): unsafe passOutput(i, name, type, step)
        case .number: BR_OK
        }
      guard status == BR_OK else { return status }
    }
    var result: ffi_arg = 0
    unsafe ffi_call(interface, code.address, &result, values)
    if code.function.returnsStatus, Int32(truncatingIfNeeded: result) != 0 {
      let status = Int32(truncatingIfNeeded: result)
      return unsafe br_error(step.host, BR_ERROR_INTERNAL, "\(code.function.symbol) returned \(status)")
    }
    for (i, argument) in code.function.arguments.enumerated() {
      if case .output(let name, .float64) = argument { unsafe takeBack(i, name, step) }
    }
    return BR_OK
  }

  private func passInput(_ i: Int, _ name: StrategyInput, _ type: BareType, _ step: br_step) -> Int32 {
    guard let index = code.inputs.firstIndex(of: name) else { return BR_ERROR_ARGUMENT }
    let view = unsafe step.inputs[index]
    guard let data = unsafe view.data, type != BareType.holding(name.elementType)[0] else {
      unsafe point(i, to: view.data)
      return BR_OK
    }
    let count = unsafe Int(view.shape.0 * view.shape.1)
    guard let copy = unsafe br_scratch(step.host, UInt64(count * type.size)) else { return BR_ERROR_INTERNAL }
    unsafe point(i, to: copy)
    if type == .float64 {
      let (from, to) = unsafe (
        data.assumingMemoryBound(to: Float.self), copy.assumingMemoryBound(to: Double.self)
      )
      for k in 0..<count { unsafe to[k] = Double(from[k]) }
      return BR_OK
    }
    let (from, to) = unsafe (
      data.assumingMemoryBound(to: Int64.self), copy.assumingMemoryBound(to: Int32.self)
    )
    for k in 0..<count {
      guard let number = unsafe Int32(exactly: from[k]) else {
        let text = unsafe "\(name.rawValue) \(from[k]) does not fit into 32 bits; pass it as i64"
        return unsafe br_error(step.host, BR_ERROR_ARGUMENT, text)
      }
      unsafe to[k] = number
    }
    return BR_OK
  }

  private func passOutput(_ i: Int, _ name: StrategyOutput, _ type: BareType, _ step: br_step) -> Int32 {
    guard let index = code.outputs.firstIndex(of: name) else { return BR_ERROR_ARGUMENT }
    let tensor = unsafe step.outputs[index]
    guard type == .float64, let data = unsafe tensor.data else {
      unsafe point(i, to: tensor.data)
      return BR_OK
    }
    let count = unsafe Int(tensor.shape.0 * tensor.shape.1)
    guard let copy = unsafe br_scratch(step.host, UInt64(count * type.size)) else { return BR_ERROR_INTERNAL }
    unsafe point(i, to: copy)
    let (from, to) = unsafe (
      data.assumingMemoryBound(to: Float.self), copy.assumingMemoryBound(to: Double.self)
    )
    for k in 0..<count { unsafe to[k] = Double(from[k]) }  // the mark of what is unwritten goes along
    return BR_OK
  }

  private func takeBack(_ i: Int, _ name: StrategyOutput, _ step: br_step) {
    guard let index = code.outputs.firstIndex(of: name),
      let copy = unsafe UnsafePointer<Double>(bitPattern: UInt(cells[i])),
      let data = unsafe step.outputs[index].data
    else { return }
    let to = unsafe data.assumingMemoryBound(to: Float.self)
    let count = unsafe Int(step.outputs[index].shape.0 * step.outputs[index].shape.1)
    for k in 0..<count { unsafe to[k] = Float(copy[k]) }
  }
}

// MARK: - libffi's types

private func ffiType(of argument: BareArgument) -> UnsafeMutablePointer<ffi_type> {
  if case .number(_, let type, false) = argument { return unsafe ffiType(type) }
  return unsafe address(of: &ffi_type_pointer)
}

private func ffiType(_ type: BareType) -> UnsafeMutablePointer<ffi_type> {
  switch type {
  case .int32: unsafe address(of: &ffi_type_sint32)
  case .int64: unsafe address(of: &ffi_type_sint64)
  case .float32: unsafe address(of: &ffi_type_float)
  case .float64: unsafe address(of: &ffi_type_double)
  }
}

/// The address of one of libffi's globals.
private func address(of type: UnsafeMutablePointer<ffi_type>) -> UnsafeMutablePointer<ffi_type> {
  unsafe type
}
