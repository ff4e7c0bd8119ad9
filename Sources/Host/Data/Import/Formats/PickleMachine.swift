/// The machine that runs a pickle's instructions, each of which is named as in Python's `pickletools`.
struct PickleMachine {
  private let path: String
  private var stack: [Pickle.Value] = []
  /// Where the values above each mark begin.
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]
  private var position = 0
  private var steps = 0

  /// CIFAR-100's training set takes a quarter of a million instructions.
  private static let maximalSteps = 1 << 21
  private static let maximalMarks = 100
  private static let maximalLine = 200

  init(path: String) { self.path = path }

  /// Runs the instructions of `pickle` to their end and returns what they made.
  mutating func run(_ pickle: inout Pickle) throws(ImportError) -> Pickle.Value {
    while true {
      steps += 1
      guard steps <= Self.maximalSteps else {
        throw broken("at most \(Self.maximalSteps) instructions", "more")
      }
      let code = try number(1, pickle)
      if code == 0x2E { break }  // STOP
      if try take(code, &pickle) { continue }
      if try combine(code, &pickle) { continue }
      let scalar = Unicode.Scalar(UInt8(code))
      throw .notData(path: path, found: "the instruction '\(scalar.escaped(asASCII: true))'")
    }
    guard position == pickle.bytes.count else { throw broken("nothing after the pickle", "more bytes") }
    guard let root = stack.popLast(), stack.isEmpty, marks.isEmpty else {
      throw broken("one value at the end", "\(stack.count) or a mark")
    }
    return root
  }

  // MARK: - Instructions that bring values

  /// Runs an instruction that pushes something, or returns false where `code` is none.
  private mutating func take(_ code: Int, _ pickle: inout Pickle) throws(ImportError) -> Bool {
    switch code {
    case 0x80:  // PROTO
      guard position == 1 else { throw broken("the protocol at the front", "it elsewhere") }
      _ = try number(1, pickle)
    case 0x95: _ = try text(ofLength: 8, pickle)  // FRAME: how much follows, which is seen anyway
    case 0x4E: stack.append(.none)  // NONE
    case 0x88: stack.append(.bool(true))  // NEWTRUE
    case 0x89: stack.append(.bool(false))  // NEWFALSE
    case 0x4B: stack.append(.integer(try number(1, pickle)))  // BININT1
    case 0x4D: stack.append(.integer(try number(2, pickle)))  // BININT2
    case 0x4A: stack.append(.integer(Int(Int32(truncatingIfNeeded: try number(4, pickle)))))  // BININT
    case 0x8A: stack.append(.integer(try long(pickle)))  // LONG1
    case 0x55, 0x43, 0x8C:  // SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE
      stack.append(.text(try text(ofLength: number(1, pickle), pickle)))
    case 0x54, 0x42, 0x58:  // BINSTRING, BINBYTES, BINUNICODE
      stack.append(.text(try text(ofLength: number(4, pickle), pickle)))
    case 0x5D, 0x29:  // EMPTY_LIST, EMPTY_TUPLE
      pickle.sequences.append([])
      let index = pickle.sequences.count - 1
      stack.append(code == 0x5D ? .list(index) : .tuple(index))
    case 0x7D:  // EMPTY_DICT
      pickle.dictionaries.append([])
      stack.append(.dictionary(pickle.dictionaries.count - 1))
    case 0x63:  // GLOBAL
      let module = try line(pickle)
      stack.append(.function(try function(module, try line(pickle))))
    case 0x68: stack.append(try remembered(number(1, pickle)))  // BINGET
    case 0x6A: stack.append(try remembered(number(4, pickle)))  // LONG_BINGET
    case 0x71: memo[try number(1, pickle)] = try top()  // BINPUT
    case 0x72: memo[try number(4, pickle)] = try top()  // LONG_BINPUT
    case 0x94: memo[memo.count] = try top()  // MEMOIZE
    case 0x28:  // MARK
      guard marks.count < Self.maximalMarks else {
        throw broken("at most \(Self.maximalMarks) marks", "more")
      }
      marks.append(stack.count)
    default: return false
    }
    return true
  }

  // MARK: - Instructions that combine values

  /// Runs an instruction that takes something from the stack, or returns false where `code` is none.
  private mutating func combine(_ code: Int, _ pickle: inout Pickle) throws(ImportError) -> Bool {
    switch code {
    case 0x85, 0x86, 0x87: push(tuple: try pop(code - 0x84), &pickle)  // TUPLE1, TUPLE2, TUPLE3
    case 0x74: push(tuple: try popToMark(), &pickle)  // TUPLE
    case 0x61, 0x65:  // APPEND, APPENDS
      let items = try code == 0x61 ? pop(1) : popToMark()
      guard case .list(let index) = try top() else { throw broken("a list to append to", "something else") }
      pickle.sequences[index] += items
    case 0x73, 0x75:  // SETITEM, SETITEMS
      let items = try code == 0x73 ? pop(2) : popToMark()
      guard case .dictionary(let index) = try top(), items.count.isMultiple(of: 2) else {
        throw broken("a dictionary and pairs to set", "something else")
      }
      for pair in stride(from: 0, to: items.count, by: 2) {
        pickle.dictionaries[index].append((items[pair], items[pair + 1]))
      }
    case 0x93:  // STACK_GLOBAL
      let names = try pop(2)
      guard let module = pickle.text(names[0]), let name = pickle.text(names[1]) else {
        throw broken("a module and a name", "something else")
      }
      stack.append(.function(try function(module, name)))
    case 0x52:  // REDUCE
      let call = try pop(2)
      stack.append(try result(ofCalling: call[0], with: pickle.tuple(call[1]), &pickle))
    case 0x62: try fill(try top(1), from: try pop(1)[0], &pickle)  // BUILD
    default: return false
    }
    return true
  }

  private mutating func push(tuple: [Pickle.Value], _ pickle: inout Pickle) {
    pickle.sequences.append(tuple)
    stack.append(.tuple(pickle.sequences.count - 1))
  }

  /// What a call of one of the known functions stands for; it is not made.
  private func result(
    ofCalling function: Pickle.Value, with arguments: [Pickle.Value]?, _ pickle: inout Pickle
  ) throws(ImportError) -> Pickle.Value {
    switch (function, arguments?.first) {
    case (.function(.reconstruct), .function(.arrayType)):
      pickle.arrays.append(nil)
      return .array(pickle.arrays.count - 1)
    case (.function(.elementType), let name):
      guard let name = pickle.text(name) else { throw broken("the name of a number type", "something else") }
      guard ["u1", "|u1"].contains(where: { name.elementsEqual($0.utf8) }) else {
        let found = name.prefix(10).map { Unicode.Scalar($0).escaped(asASCII: true) }.joined()
        throw .unsupported(path: path, expected: "arrays of type 'u1'", found: "type '\(found)'")
      }
      return .byteType
    default: throw .notData(path: path, found: "a call that makes no array")
    }
  }

  /// Fills an array from numpy's description of it: a version, shape, type, order and elements.
  private func fill(
    _ target: Pickle.Value, from state: Pickle.Value, _ pickle: inout Pickle
  ) throws(ImportError) {
    switch target {
    case .byteType: return  // byte order and the like, which bytes lack
    case .array(let index) where pickle.arrays[index] == nil:
      guard let parts = pickle.tuple(state), parts.count == 5, let extents = pickle.tuple(parts[1]),
        parts[2] == .byteType, case .bool(let isFortranOrder) = parts[3],
        case .text(let elements) = parts[4]
      else { throw broken("shape, type 'u1', order and elements of an array", "something else") }
      let shape = extents.compactMap(\.integer)
      guard shape.count == extents.count, NamedTensor.byteCount(shape, .u8) == elements.count else {
        throw broken("\(elements.count) elements in an array's shape", "shape \(shape)")
      }
      pickle.arrays[index] = Pickle.ByteArray(
        shape: shape, isFortranOrder: isFortranOrder, elements: elements)
    default: throw .notData(path: path, found: "an object that sets its own state")
    }
  }

  // MARK: - The stack

  private func top(_ depth: Int = 0) throws(ImportError) -> Pickle.Value {
    guard stack.count - depth > (marks.last ?? 0) else { throw broken("a value on the stack", "none") }
    return stack[stack.count - 1 - depth]
  }

  private mutating func pop(_ count: Int) throws(ImportError) -> [Pickle.Value] {
    guard stack.count - count >= (marks.last ?? 0) else {
      throw broken("\(count) values on the stack", "fewer")
    }
    let values = [Pickle.Value](stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  private mutating func popToMark() throws(ImportError) -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw broken("a mark on the stack", "none") }
    let values = [Pickle.Value](stack[mark...])
    stack.removeLast(values.count)
    return values
  }

  private func remembered(_ key: Int) throws(ImportError) -> Pickle.Value {
    guard let value = memo[key] else { throw broken("a value remembered as \(key)", "none") }
    return value
  }

  // MARK: - Arguments

  /// An unsigned number of `width` bytes.
  private mutating func number(_ width: Int, _ pickle: Pickle) throws(ImportError) -> Int {
    let range = try text(ofLength: width, pickle)
    return pickle.bytes[range].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// A signed number of a length that comes first, up to eight bytes.
  private mutating func long(_ pickle: Pickle) throws(ImportError) -> Int {
    let length = try number(1, pickle)
    guard length <= 8 else { throw broken("whole numbers of up to 8 bytes", "one of \(length)") }
    let range = try text(ofLength: length, pickle)
    let sign = pickle.bytes[range].last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    return pickle.bytes[range].reversed().reduce(sign) { $0 << 8 | Int($1) }
  }

  private mutating func text(ofLength length: Int, _ pickle: Pickle) throws(ImportError) -> Range<Int> {
    guard length <= pickle.bytes.count - position else {
      throw broken("\(length) more bytes", "\(pickle.bytes.count - position): it is cut short")
    }
    defer { position += length }
    return position..<position + length
  }

  private mutating func line(_ pickle: Pickle) throws(ImportError) -> ArraySlice<UInt8> {
    let line = pickle.bytes[position...].prefix(Self.maximalLine).prefix { $0 != 0x0A }
    guard line.endIndex < pickle.bytes.count, pickle.bytes[line.endIndex] == 0x0A else {
      throw broken("a name of at most \(Self.maximalLine) bytes", "a longer one")
    }
    position = line.endIndex + 1
    return line
  }

  private func function(
    _ module: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>
  ) throws(ImportError) -> Pickle.Function {
    let names = [module, name].map { String(decoding: $0.prefix(Self.maximalLine), as: UTF8.self) }
    guard let function = Pickle.Function(module: names[0], name: names[1]) else {
      throw .notData(path: path, found: "the name '\(names[0]).\(names[1])'")
    }
    return function
  }

  private func broken(_ expected: String, _ found: String) -> ImportError {
    .malformed(path: path, expected: "a pickle with \(expected)", found: found)
  }
}
