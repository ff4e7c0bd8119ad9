internal import Foundation

/// A PNG file as an address that holds it.
func dataAddress(png bytes: [UInt8]) -> String {
  "data:image/png;base64,\(Data(bytes).base64EncodedString())"
}
