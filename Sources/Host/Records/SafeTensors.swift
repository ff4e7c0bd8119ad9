/// The content of a safetensors file: tensors in the order of its header, and its metadata.
///
/// The format (https://huggingface.co/docs/safetensors): the header's length in 8 bytes, the header in JSON,
/// then the tensors' bytes without holes.
public struct SafeTensors: Sendable, Equatable {
  /// The tensors, in the order of the header; no two of one name.
  public var tensors: [NamedTensor]
  /// The texts that travel with them.
  public var metadata: [String: String]

  /// Tensors to write; no two of one name.
  public init(tensors: [NamedTensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The tensor of that name.
  public subscript(name: String) -> NamedTensor? { tensors.first { $0.name == name } }

  static let metadataKey = "__metadata__"
}

// MARK: - Writing

extension SafeTensors {
  /// The bytes of the file. Tensors of wide elements come first, so that every tensor is aligned to its type.
  public var encoded: [UInt8] {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors of one name")
    precondition(self[Self.metadataKey] == nil, "a tensor named \(Self.metadataKey)")
    let order = tensors.indices.sorted {
      (-tensors[$0].dtype.size, $0) < (-tensors[$1].dtype.size, $1)
    }
    var starts = [Int](repeating: 0, count: tensors.count)
    var end = 0
    for index in order {
      starts[index] = end
      end += tensors[index].bytes.count
    }

    var members = metadata.isEmpty ? [] : [JSON.Member(Self.metadataKey, JSON(metadata))]
    for (tensor, start) in zip(tensors, starts) {
      members.append(
        JSON.Member(
          tensor.name,
          [
            "dtype": JSON(tensor.dtype.rawValue), "shape": JSON(tensor.shape),
            "data_offsets": JSON([start, start + tensor.bytes.count]),
          ]))
    }
    var header = Array(JSON.object(members).line.utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + end)
    bytes.appendLittleEndian(UInt64(header.count))
    bytes += header
    for index in order { bytes += tensors[index].bytes }
    return bytes
  }

  /// Writes the file, whole or not at all.
  public func write(to path: String) throws(FileError) { try AtomicFile.write(encoded, to: path) }
}
