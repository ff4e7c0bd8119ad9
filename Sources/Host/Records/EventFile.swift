/// A TensorBoard event file, which grows event by event.
///
/// Every event is a TFRecord (length, its check value, content, its check value) that holds the protocol buffer
/// `tensorboard.Event`; see `event.proto` and `summary.proto` in TensorBoard's `compat/proto`.
public struct EventFile: ~Copyable {
  /// One thing that TensorBoard shows at a step.
  public enum Summary: Sendable {
    /// A point of a curve.
    case scalar(tag: String, Double)
    /// A slice of a histogram over time.
    case histogram(tag: String, Histogram)
    /// A text in Markdown.
    case text(tag: String, String)
    /// A picture in PNG.
    case picture(tag: String, png: [UInt8], height: Int, width: Int)
    /// What the plugin of this name keeps for a run.
    case pluginData(tag: String, plugin: String, content: [UInt8])
  }

  /// The file's name.
  let name: String
  private var file: AppendFile

  /// Creates an event file in `folder` and writes its first event, the format's version.
  ///
  /// - Parameters:
  ///   - host, process: what tells event files of one second apart.
  ///   - wallTime: seconds since 1970.
  ///   - earlier: the names of the run's event files so far; this one's sorts after them, whatever the clock says.
  ///   - step: where the run goes on; TensorBoard forgets what it may have read from files that are gone.
  public init(
    creatingIn folder: String, host: String, process: Int32, wallTime: Double, after earlier: [String] = [],
    from step: Int = 0
  ) throws(FileError) {
    let now = Int64(clamping: Int128(exactly: wallTime.rounded(.down)) ?? 0)
    let seconds = earlier.map { Self.seconds(in: $0) + 1 }.reduce(now, max)
    let machine = host.isEmpty ? "localhost" : String(host.map { $0 == "/" ? "-" : $0 })
    name = "\(RunFolder.eventsPrefix)\(zeroPadded(seconds, 10)).\(machine).\(process).0"
    var file = try AppendFile(openingAt: "\(folder)/\(name)", cutTo: 0)
    try file.append(Self.record(Self.event(wallTime: wallTime, step: 0) { $0.add(3, text: "brain.Event:2") }))
    if step > 0 {
      // SessionLog.START: points from this step on are void. Those of an epoch that ends here stay.
      let start = Self.event(wallTime: wallTime, step: step + 1) { $0.add(7) { $0.add(1, integer: 1) } }
      try file.append(Self.record(start))
    }
    self.file = file
  }

  /// The time in the name of an event file.
  private static func seconds(in name: String) -> Int64 {
    let digits = name.dropFirst(RunFolder.eventsPrefix.count).prefix { $0 != "." }
    return Int64(digits).map { min($0, 1 << 40) } ?? 0
  }

  /// The bytes of the file.
  var size: Int { file.size }

  /// Where the file is.
  public var path: String { file.path }

  /// Adds one event.
  ///
  /// - Parameter wallTime: seconds since 1970.
  public mutating func write(_ summaries: [Summary], step: Int, wallTime: Double) throws(FileError) {
    let event = Self.event(wallTime: wallTime, step: step) { event in
      event.add(5) { summary in
        for item in summaries { summary.add(1) { item.encode(into: &$0) } }
      }
    }
    try file.append(Self.record(event))
  }

  /// Waits until everything written has reached the disk.
  public func synchronize() throws(FileError) { try file.synchronize() }

  private static func event(
    wallTime: Double, step: Int, _ fill: (inout ProtobufMessage) -> Void
  ) -> [UInt8] {
    var event = ProtobufMessage()
    event.add(1, double: wallTime)
    event.add(2, integer: Int64(step))
    fill(&event)
    return event.bytes
  }

  private static func record(_ content: [UInt8]) -> [UInt8] {
    var length: [UInt8] = []
    length.appendLittleEndian(UInt64(content.count))
    var record = length
    record.appendLittleEndian(maskedCheck(of: length))
    record += content
    record.appendLittleEndian(maskedCheck(of: content))
    return record
  }

  /// The number of whole records at the start of a file's bytes, and where they end.
  static func wholeRecords(of bytes: [UInt8]) -> (count: Int, end: Int) {
    var (count, start) = (0, 0)
    while let length = bytes.littleEndian(UInt64.self, at: start), length <= UInt64(bytes.count),
      case let end = start + 12 + Int(length), end + 4 <= bytes.count,
      bytes.littleEndian(UInt32.self, at: start + 8) == maskedCheck(of: Array(bytes[start..<start + 8])),
      bytes.littleEndian(UInt32.self, at: end) == maskedCheck(of: Array(bytes[start + 12..<end]))
    {
      count += 1
      start = end + 4
    }
    return (count, start)
  }

  private static func maskedCheck(of bytes: [UInt8]) -> UInt32 {
    let check = castagnoliChecksum(bytes)
    return (check >> 15 | check << 17) &+ 0xA282_EAD8
  }
}

// MARK: - Encoding

extension EventFile.Summary {
  /// Fills in a `Summary.Value`.
  fileprivate func encode(into value: inout ProtobufMessage) {
    switch self {
    case .scalar(let tag, let number):
      value.add(1, text: tag)
      value.add(2, float: Float(number))
    case .histogram(let tag, let histogram):
      value.add(1, text: tag)
      value.add(5) { Self.encode(histogram, into: &$0) }
    case .text(let tag, let text):
      value.add(1, text: tag)
      value.add(9) { metadata in metadata.add(1) { $0.add(1, text: "text") } }
      value.add(8) { tensor in
        tensor.add(1, integer: 7)  // DT_STRING
        tensor.add(2) { _ in }  // a scalar
        tensor.add(8, text: text)
      }
    case .picture(let tag, let png, let height, let width):
      value.add(1, text: tag)
      value.add(4) { image in
        image.add(1, integer: Int64(height))
        image.add(2, integer: Int64(width))
        image.add(3, integer: 3)  // RGB
        image.add(4, content: png)
      }
    case .pluginData(let tag, let plugin, let content):
      value.add(1, text: tag)
      value.add(9) { metadata in
        metadata.add(1) { data in
          data.add(1, text: plugin)
          data.add(2, content: content)
        }
      }
      value.add(8) { tensor in
        tensor.add(1, integer: 1)  // DT_FLOAT
        tensor.add(2) { shape in shape.add(2) { $0.add(1, integer: 0) } }  // a vector of none
      }
    }
  }

  /// Fills in a `HistogramProto`.
  private static func encode(_ histogram: Histogram, into message: inout ProtobufMessage) {
    let buckets = histogram.buckets
    message.add(1, double: histogram.count == 0 ? 0 : histogram.minimum)
    message.add(2, double: histogram.count == 0 ? 0 : histogram.maximum)
    message.add(3, double: Double(histogram.count))
    message.add(4, double: histogram.sum)
    message.add(5, double: histogram.squareSum)
    message.add(6, packed: buckets.isEmpty ? [0] : buckets.map(\.limit))
    message.add(7, packed: buckets.isEmpty ? [0] : buckets.map { Double($0.count) })
  }
}
