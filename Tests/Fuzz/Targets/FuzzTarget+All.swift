internal import Host

extension FuzzTarget {
  /// Every reader of bytes from outside. A new one is a line here and a folder of the corpus with what it accepts.
  package static let all = [
    FuzzTarget("zip", longest: 8192, checkZip),
    FuzzTarget("npz", longest: 8192, checkNPZ),
    FuzzTarget("npy", checkNPY),
    FuzzTarget("images", longest: 8192, checkImages),
    FuzzTarget("order", checkOrder),
    FuzzTarget("json", checkJSON),
    FuzzTarget("safetensors", checkSafeTensors),
    FuzzTarget("checkpoint", longest: 24_576, checkCheckpoint),
    FuzzTarget("interval", longest: 256, checkInterval),
    FuzzTarget("manifest", longest: 8192, checkManifest),
    FuzzTarget("elf", longest: 24_576, checkELF),
    FuzzTarget("message", checkMessages),
    FuzzTarget("trace", longest: 8192, checkTrace),
    FuzzTarget("report", longest: 8192, checkReport),
    FuzzTarget("samples", longest: 8192, checkSamples),
    FuzzTarget("idx", checkIDX),
    FuzzTarget("cifar", longest: 16_384, checkCIFARBinary),
    FuzzTarget("pickle", longest: 12_288, checkPickle),
    FuzzTarget("tar", longest: 8192, checkTar),
    FuzzTarget("gzip", isSealed: true, checkGzip),
    FuzzTarget("png", isSealed: true, checkPNG),
    FuzzTarget("schedule", longest: 256, checkSchedule),
  ]

  /// The target of that name.
  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// The name that readers give what they read, in messages.
let inputName = "input"

/// The two parts of an input for a reader of two files: before the first byte of zero and after it.
func parts(_ bytes: [UInt8]) -> ([UInt8], [UInt8]) {
  let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
  return (Array(bytes[..<end]), Array(bytes[end...].dropFirst()))
}
