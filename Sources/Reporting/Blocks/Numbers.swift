/// Numbers as people read them, in English notation and without a locale.
package enum Numbers {
  /// `4089184256` as `4,089,184,256`.
  package static func grouped(_ value: Int) -> String {
    // A sign, 19 digits and 6 commas at most, written from the last digit on.
    let capacity = 28
    return String(unsafeUninitializedCapacity: capacity) { buffer in
      var place = capacity
      var rest = value.magnitude
      var digits = 0
      repeat {
        if digits > 0, digits.isMultiple(of: 3) {
          place -= 1
          buffer[place] = UInt8(ascii: ",")
        }
        place -= 1
        buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
        digits += 1
      } while rest > 0
      if value < 0 {
        place -= 1
        buffer[place] = UInt8(ascii: "-")
      }
      let count = capacity - place
      for index in 0..<count { buffer[index] = buffer[place + index] }
      return count
    }
  }

  /// A fixed number of digits after the point, the integer part grouped; rounded half away from zero. A value beyond what an
  /// `Int` holds is written with an exponent, one that is no number as an em dash.
  package static func decimal(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "—" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let magnitude = value.magnitude * scale + 0.5
    guard magnitude < 9e18 else { return "\(value)" }
    let scaled = Int(magnitude)
    let divisor = Int(scale)
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard digits > 0 else { return sign + grouped(scaled) }
    let fraction = String(scaled % divisor)
    return sign + grouped(scaled / divisor) + "." + String(repeating: "0", count: digits - fraction.count)
      + fraction
  }

  /// About `count` significant digits, never fewer than the integer part has: `0.0123`, `1.23`, `12.3`, `1,234`.
  package static func significant(_ value: Double, _ count: Int = 3) -> String {
    guard value.isFinite else { return "—" }
    guard value != 0 else { return "0" }
    var magnitude = value.magnitude
    var digits = count - 1
    while magnitude >= 10, digits > 0 {
      magnitude /= 10
      digits -= 1
    }
    while magnitude < 1, digits < 9 {
      magnitude *= 10
      digits += 1
    }
    // 9.996 with three digits rounds up to 10.00: one digit fewer.
    if magnitude + rounding(count) >= 10, digits > 0 { digits -= 1 }
    return decimal(value, digits: digits)
  }

  /// A round value on an axis: as `significant`, without zeros at the end.
  package static func tick(_ value: Double) -> String {
    var text = Substring(significant(value, 4))
    guard text.contains(".") else { return String(text) }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
  }

  /// Half of the last of `count` digits of a number between 1 and 10.
  private static func rounding(_ count: Int) -> Double {
    var half = 5.0
    for _ in 0..<count { half /= 10 }
    return half
  }

  /// `4089184256` as `4.09 G`: a decimal prefix and three significant digits; small counts are exact.
  package static func scaled(_ value: Int) -> String {
    let (number, prefix) = prefixed(Double(value))
    return prefix.isEmpty ? grouped(value) : "\(number) \(prefix)"
  }

  /// Three significant digits and the decimal prefix that goes before the unit.
  package static func prefixed(_ value: Double) -> (number: String, prefix: String) {
    for (threshold, prefix) in [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")]
    where value.magnitude >= (prefix == "k" ? threshold : threshold * 0.9995) {
      let unit = prefix == "k" ? 1e3 : threshold
      return (significant(value / unit), prefix)
    }
    return (significant(value), "")
  }

  /// Decimal bytes: `102,228,128` as `102 MB`.
  package static func decimalBytes(_ value: Int) -> String {
    bytes(value, step: 1000, units: ["bytes", "kB", "MB", "GB", "TB"])
  }

  /// Binary bytes: `102,228,128` as `97.5 MiB`.
  package static func binaryBytes(_ value: Int) -> String {
    bytes(value, step: 1024, units: ["bytes", "KiB", "MiB", "GiB", "TiB"])
  }

  private static func bytes(_ value: Int, step: Double, units: [String]) -> String {
    var scaled = Double(value)
    var unit = 0
    while scaled.magnitude >= step * 0.9995, unit + 1 < units.count {
      scaled /= step
      unit += 1
    }
    if unit == 0 { return value == 1 ? "1 byte" : "\(grouped(value)) bytes" }
    return "\(significant(scaled, 4)) \(units[unit])"
  }

  /// Milliseconds at a resolution of a microsecond; what takes less than a hundred, of a tenth of one.
  package static func milliseconds(_ value: Double) -> String {
    guard value.isFinite else { return "—" }
    if value.magnitude >= 1000 { return decimal(value, digits: 0) }
    if value.magnitude >= 100 { return decimal(value, digits: 1) }
    if value.magnitude >= 10 { return decimal(value, digits: 2) }
    return decimal(value, digits: value.magnitude >= 0.1 || value == 0 ? 3 : 4)
  }

  /// A fraction as `31.2 %`; what is there but too small to show is `< 0.1 %`.
  package static func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "—" }
    let percent = fraction * 100
    if percent > 0, percent < 0.05 { return "< 0.1 %" }
    return "\(decimal(percent, digits: percent.magnitude < 99.95 ? 1 : 0)) %"
  }

  /// A count with its noun: `1 layer`, `54 layers`.
  package static func plural(_ count: Int, _ noun: String, _ nouns: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? noun : nouns ?? noun + "s")"
  }
}
