// Numbers as tables and messages show them.

/// A share of 1 in percent; "–" where there is none.
func percent(_ share: Double?) -> String {
  guard let share, share.isFinite else { return "–" }
  return "\(decimal(share * 100, places: 1)) %"
}

/// A number with so many digits after the point; "–" where there is none. Infinite and huge ones, which no
/// table has room for, as Swift writes them.
package func decimal(_ value: Double?, places: Int) -> String {
  guard let value else { return "–" }
  guard abs(value) < 1e12 else { return value.description }
  let scale = (0..<places).reduce(Int64(1)) { scale, _ in scale * 10 }
  let units = Int64((abs(value) * Double(scale)).rounded())
  let sign = value < 0 && units != 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(units)" }
  return "\(sign)\(units / scale).\(zeroPadded(units % scale, places))"
}

/// A number in the fewest digits that read back as the same one, without a needless ".0".
func shortest(_ number: Double) -> String {
  if let integer = Int64(exactly: number), integer.magnitude < 1_000_000 { return String(integer) }
  return number.description
}

/// A number of at least zero in at least so many digits, the first of them zeros.
func zeroPadded(_ number: some BinaryInteger, _ width: Int, radix: Int = 10) -> String {
  let digits = String(number, radix: radix)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// The text with spaces up to `width` characters: before it, or after it where it stays `left`.
func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
  let space = String(repeating: " ", count: max(0, width - text.count))
  return left ? text + space : space + text
}
