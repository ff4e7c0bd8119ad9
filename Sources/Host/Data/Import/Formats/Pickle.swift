/// A Python pickle read as plain data: numbers, texts, lists, dictionaries and numpy's arrays of bytes.
///
/// A pickle is a program for a small stack machine. This machine knows only the instructions that make data
/// (protocols 2 to 4), and of functions to call only the names that numpy's arrays of bytes are written with; those
/// are understood, not called. Everything else is refused by name. It never recurses, and texts stay ranges of the
/// file, so that a file takes memory in proportion to its instructions, of which there is a limit.
package struct Pickle: Sendable {
  /// What the machine's stack holds.
  package enum Value: Sendable, Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    /// Bytes or text: where they lie in the file.
    case text(Range<Int>)
    /// Indices into `sequences`, `dictionaries` and `arrays`.
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case array(Int)
    /// numpy's type of unsigned bytes.
    case byteType
    case function(Function)
  }

  /// The names that may stand for a function.
  package enum Function: Sendable {
    case reconstruct, arrayType, elementType

    init?(module: String, name: String) {
      switch (module, name) {
      case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
        self = .reconstruct
      case ("numpy", "ndarray"): self = .arrayType
      case ("numpy", "dtype"): self = .elementType
      default: return nil
      }
    }
  }

  /// An array of bytes.
  package struct ByteArray: Sendable, Equatable {
    /// The dimensions.
    package var shape: [Int]
    /// Whether the first index is the fastest.
    package var isFortranOrder: Bool
    /// Where the elements lie in the file.
    package var elements: Range<Int>
  }

  /// The file.
  package let bytes: [UInt8]
  /// The elements of tuples and lists.
  package internal(set) var sequences: [[Value]] = []
  /// The members of dictionaries, in the order in which they were set.
  package internal(set) var dictionaries: [[(key: Value, value: Value)]] = []
  /// The arrays; nil for one that is not filled yet.
  package internal(set) var arrays: [ByteArray?] = []
  /// What the pickle holds.
  package private(set) var root = Value.none

  /// Whether `bytes` begin like a pickle of protocol 2 or later.
  package static func begins(_ bytes: [UInt8]) -> Bool { bytes.first == 0x80 }

  /// Reads the pickle that `bytes` are the whole content of; `path` is for messages.
  package init(parsing bytes: [UInt8], path: String) throws(ImportError) {
    self.bytes = bytes
    guard bytes.count >= 2, Self.begins(bytes), (2...4).contains(bytes[1]) else {
      throw .unsupported(
        path: path, expected: "a pickle of protocol 2 to 4", found: "bytes \(bytes.prefix(4).map { $0 })")
    }
    var machine = PickleMachine(path: path)
    root = try machine.run(&self)
  }
}

// MARK: - Reading

extension Pickle {
  /// The bytes of a text; nil for other values.
  package func text(_ value: Value?) -> ArraySlice<UInt8>? {
    if case .text(let range) = value { bytes[range] } else { nil }
  }

  /// The elements of a list; nil for other values.
  package func list(_ value: Value?) -> [Value]? {
    if case .list(let index) = value { sequences[index] } else { nil }
  }

  /// The elements of a tuple; nil for other values.
  func tuple(_ value: Value?) -> [Value]? {
    if case .tuple(let index) = value { sequences[index] } else { nil }
  }

  /// The array; nil for other values, and for one that was never filled.
  package func array(_ value: Value?) -> ByteArray? {
    if case .array(let index) = value { arrays[index] } else { nil }
  }

  /// The last member of the root dictionary whose key is the text `key`; nil where there is none.
  package func member(_ key: String) -> Value? {
    guard case .dictionary(let index) = root else { return nil }
    return dictionaries[index].last { text($0.key)?.elementsEqual(key.utf8) == true }?.value
  }
}

extension Pickle.Value {
  /// A whole number; nil for other values.
  package var integer: Int? { if case .integer(let number) = self { number } else { nil } }
}
