/// Numbers as tables show them.

/// A share of 1 in percent, "–" where there is none.
func percent(_ share: Double?) -> String { share.map { "\(decimal($0 * 100, places: 1)) %" } ?? "–" }

/// A number with so many digits after the point; "–" where it is not finite or too large for a table.
func decimal(_ value: Double, places: Int) -> String {
  let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
  guard value.isFinite, abs(value) < 1e12 else { return "–" }
  let units = Int64((abs(value) * scale).rounded())
  let sign = value < 0 && units != 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(units)" }
  let (whole, rest) = units.quotientAndRemainder(dividingBy: Int64(scale))
  let digits = String(rest)
  return "\(sign)\(whole)." + String(repeating: "0", count: places - digits.count) + digits
}

/// The text, moved to the right within `width` characters.
func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
