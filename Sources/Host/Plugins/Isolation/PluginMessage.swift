internal import Foundation

/// What a process and that of a plugin tell each other: a kind, and bytes whose meaning the kind says.
///
/// On the wire: kind and length, four bytes each, then the bytes; all numbers little-endian.
package struct PluginMessage: Equatable {
  package enum Kind: UInt32 {
    // Requests.
    /// JSON: the path of a library. Answered by `manifest`.
    case read = 1
    /// JSON: a strategy and what it runs with. Answered by `done`, as are those below.
    case create
    /// The step that the desk says. The inputs are in shared memory; the outputs are when it is done.
    case step
    case save
    /// The state, in the format of safetensors.
    case load
    /// Ends the instance.
    case destroy

    // Before the answer.
    /// A level, then text.
    case log = 16
    /// A number, then its name.
    case metric
    /// Text that the plugin printed; not on the wire.
    case printed

    // Answers.
    /// A library's manifest, as it stands there.
    case manifest = 32
    /// A status, then the plugin's text on it.
    case done
    /// The state, in the format of safetensors.
    case state
    /// JSON: why the request cannot be done.
    case refusal

    package var isAnswer: Bool { rawValue >= Self.manifest.rawValue }

    /// Whether a plugin's process may send it.
    package var isFromPlugin: Bool { isAnswer || self == .log || self == .metric }

    /// The most bytes of such a message.
    package var limit: Int {
      switch self {
      case .state, .load: 1 << 30
      case .read, .create, .manifest: 1 << 24
      default: 1 << 16
      }
    }
  }

  package var kind: Kind
  package var bytes: [UInt8]

  init(_ kind: Kind, _ bytes: [UInt8] = []) {
    self.kind = kind
    self.bytes = bytes
  }

  /// The bytes of the wire.
  package var encoded: [UInt8] {
    var wire: [UInt8] = []
    wire.reserveCapacity(8 + bytes.count)
    wire.appendLittleEndian(kind.rawValue)
    wire.appendLittleEndian(UInt32(bytes.count))
    return wire + bytes
  }

  /// The message that begins at `start` of what has arrived; nil while it has not arrived whole.
  ///
  /// - Throws: `ProcessEnd.nonsense` for bytes that begin no message.
  package init?(arrived: [UInt8], at start: Int) throws(ProcessEnd) {
    guard let code = arrived.littleEndian(UInt32.self, at: start),
      let length = arrived.littleEndian(UInt32.self, at: start + 4)
    else { return nil }
    guard let kind = Kind(rawValue: code), Int(length) <= kind.limit else { throw .nonsense }
    let begin = start + 8
    guard arrived.count - begin >= Int(length) else { return nil }
    self.init(kind, Array(arrived[begin..<begin + Int(length)]))
  }
}

// MARK: - Contents

extension PluginMessage {
  init(_ kind: Kind, _ json: JSON) { self.init(kind, Array(json.line.utf8)) }

  /// The contents of a message of JSON.
  package var json: JSON? { try? JSON(parsing: bytes) }

  /// A number, and a text after it.
  init(_ kind: Kind, _ number: Int64, _ text: String) {
    self.init(kind)
    bytes.appendLittleEndian(UInt64(bitPattern: number))
    bytes += text.utf8.prefix(8192)
  }

  /// The contents of a message of a number and a text; nil where it is none. Control characters are left out.
  package var numberAndText: (number: Int64, text: String)? {
    guard let number = bytes.littleEndian(UInt64.self, at: 0) else { return nil }
    return (Int64(bitPattern: number), plainText(bytes[8...]))
  }
}

/// Text from a plugin without control characters but line ends; broken UTF-8 is mended.
func plainText(_ bytes: some Collection<UInt8>) -> String {
  let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter {
    $0 == "\n" || $0.properties.generalCategory != .control
  }
  return String(String.UnicodeScalarView(scalars))
}
