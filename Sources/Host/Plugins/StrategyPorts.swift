internal import Glibc
internal import Models
internal import PluginABI

/// The arrays of tensor views that a plugin is shown, allocated once and pointed at each batch.
///
/// A class, because its memory must outlive every path out of an initialiser.
@safe
final class StrategyPorts {
  let inputs: UnsafeMutablePointer<br_view>
  let outputs: UnsafeMutablePointer<br_tensor>
  var inputCount: Int { inputNames.count }
  var outputCount: Int { outputNames.count }
  private let inputNames: [(name: StrategyInput, dimensions: [TensorDimension], isOptional: Bool)]
  private let outputNames: [(name: StrategyOutput, dimensions: [TensorDimension])]

  init(_ manifest: StrategyManifest) {
    inputNames = manifest.inputs.map { ($0.name, $0.name.dimensions, $0.isOptional) }
    outputNames = manifest.outputs.map { ($0, $0.dimensions) }
    unsafe inputs = .allocate(capacity: max(1, manifest.inputs.count))
    unsafe outputs = .allocate(capacity: max(1, manifest.outputs.count))
    unsafe inputs.initialize(repeating: br_view(), count: max(1, manifest.inputs.count))
    unsafe outputs.initialize(repeating: br_tensor(), count: max(1, manifest.outputs.count))
  }

  deinit {
    unsafe inputs.deallocate()
    unsafe outputs.deallocate()
  }

  /// Points every view at its tensor, with the shapes of a batch of `sizes.batch`.
  func connect(to tensors: StepTensors, _ sizes: TensorSizes) {
    for (index, input) in inputNames.enumerated() {
      let isThere = tensors.inputs.contains(input.name)
      precondition(isThere || input.isOptional, "the step lacks the input '\(input.name.rawValue)'")
      let type = input.name.elementType
      let data: UnsafeRawPointer? =
        if !isThere {
          nil
        } else if type == .int64 {
          unsafe UnsafeRawPointer(tensors.integers(input.name).buffer.base)
        } else {
          unsafe UnsafeRawPointer(tensors.floats(input.name).buffer.base)
        }
      unsafe inputs[index] = br_view(
        data: data, dtype: type.rawValue, rank: UInt32(input.dimensions.count),
        shape: shape(input.dimensions, sizes))
    }
    for (index, output) in outputNames.enumerated() {
      unsafe outputs[index] = br_tensor(
        data: UnsafeMutableRawPointer(tensors.output(output.name).buffer.base),
        dtype: ElementType.float32.rawValue, rank: UInt32(output.dimensions.count),
        shape: shape(output.dimensions, sizes))
    }
  }

  private func shape(_ dimensions: [TensorDimension], _ sizes: TensorSizes) -> (Int64, Int64, Int64, Int64) {
    let first = dimensions.isEmpty ? 1 : sizes[dimensions[0]]
    let second = dimensions.count < 2 ? 1 : sizes[dimensions[1]]
    return (Int64(first), Int64(second), 1, 1)
  }
}

/// A text as C reads it.
@safe
final class CText {
  let start: UnsafeMutablePointer<CChar>?
  init(_ text: String) { unsafe start = strdup(text) }
  deinit { unsafe free(start) }
}

/// Parameter values as C reads them, for the length of one call.
@safe
final class ParameterBlock {
  let values: UnsafeMutablePointer<br_value>
  private var texts: [CText] = []

  init(_ parameters: [ParameterValue]) {
    unsafe values = .allocate(capacity: max(1, parameters.count))
    unsafe values.initialize(repeating: br_value(), count: max(1, parameters.count))
    for (index, parameter) in parameters.enumerated() { unsafe values[index] = record(of: parameter) }
  }

  deinit { unsafe values.deallocate() }

  private func record(of parameter: ParameterValue) -> br_value {
    var record = unsafe br_value()
    switch parameter {
    case .float(let number):
      unsafe record.type = BR_PARAM_FLOAT
      unsafe record.number = number
    case .int(let integer):
      unsafe record.type = BR_PARAM_INT
      unsafe record.number = Double(integer)
      unsafe record.integer = integer
    case .bool(let flag):
      unsafe record.type = BR_PARAM_BOOL
      unsafe record.integer = flag ? 1 : 0
    case .enumeration(let text, let index):
      unsafe record.type = BR_PARAM_ENUM
      unsafe record.integer = Int64(index)
      unsafe record.text = pointer(to: text)
    case .string(let text):
      unsafe record.type = BR_PARAM_STRING
      unsafe record.text = pointer(to: text)
    }
    return unsafe record
  }

  private func pointer(to text: String) -> UnsafePointer<CChar>? {
    let copy = CText(text)
    texts.append(copy)
    return unsafe UnsafePointer(copy.start)
  }
}
