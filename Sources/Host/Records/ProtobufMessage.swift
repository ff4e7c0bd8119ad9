/// The bytes of a protocol buffer message: the few field types that event files need.
///
/// Format: https://protobuf.dev/programming-guides/encoding.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
  }

  mutating func add(_ field: UInt64, integer value: Int64) {
    tag(field, .varint)
    varint(UInt64(bitPattern: value))
  }

  mutating func add(_ field: UInt64, float value: Float) {
    tag(field, .fixed32)
    bytes.appendLittleEndian(value.bitPattern)
  }

  mutating func add(_ field: UInt64, double value: Double) {
    tag(field, .fixed64)
    bytes.appendLittleEndian(value.bitPattern)
  }

  mutating func add(_ field: UInt64, packed values: [Double]) {
    tag(field, .lengthDelimited)
    varint(UInt64(8 * values.count))
    for value in values { bytes.appendLittleEndian(value.bitPattern) }
  }

  mutating func add(_ field: UInt64, text: String) { add(field, content: Array(text.utf8)) }

  mutating func add(_ field: UInt64, _ fill: (inout ProtobufMessage) -> Void) {
    var message = ProtobufMessage()
    fill(&message)
    add(field, content: message.bytes)
  }

  mutating func add(_ field: UInt64, content: [UInt8]) {
    tag(field, .lengthDelimited)
    varint(UInt64(content.count))
    bytes += content
  }

  private mutating func tag(_ field: UInt64, _ type: WireType) { varint(field << 3 | type.rawValue) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
