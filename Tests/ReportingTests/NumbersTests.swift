import Reporting
import Testing

/// Expected texts are written out by hand.
@Suite struct NumbersTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (-1234, "-1,234"), (60_954_656, "60,954,656"),
    (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func groupsDigitsInThrees(value: Int, text: String) {
    #expect(Numbers.grouped(value) == text)
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (1.005, 1, "1.0"), (-0.04, 1, "0.0"), (1234.56, 1, "1,234.6"), (0.9999, 3, "1.000"),
    (Double.nan, 2, "—"), (.infinity, 2, "—"),
  ])
  func roundsToFixedDigits(value: Double, digits: Int, text: String) {
    #expect(Numbers.decimal(value, digits: digits) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (0.0123, "0.0123"), (1.2345, "1.23"), (9.999, "10.0"), (12.34, "12.3"), (99.96, "100"),
    (1234, "1,234"),
    (0.0999999, "0.100"),
  ])
  func keepsThreeSignificantDigits(value: Double, text: String) {
    #expect(Numbers.significant(value) == text)
  }

  @Test(arguments: [
    (9_999, "9,999"), (9_472, "9,472"), (118_013_952, "118 M"), (4_089_184_256, "4.09 G"),
    (999_950, "1.00 M"),
  ])
  func scalesCountsByDecimalPrefixes(value: Int, text: String) {
    #expect(Numbers.scaled(value) == text)
  }

  /// AlexNet: 244 MB are 233 MiB.
  @Test func tellsDecimalAndBinaryBytesApart() {
    #expect(Numbers.decimalBytes(243_818_624) == "243.8 MB")
    #expect(Numbers.binaryBytes(243_818_624) == "232.5 MiB")
    #expect(Numbers.decimalBytes(1) == "1 byte")
    #expect(Numbers.decimalBytes(999) == "999 bytes")
  }

  @Test func showsThatASmallShareIsNotNothing() {
    #expect(Numbers.percent(0) == "0.0 %")
    #expect(Numbers.percent(0.0001) == "< 0.1 %")
    #expect(Numbers.percent(0.3125) == "31.3 %")
    #expect(Numbers.percent(1) == "100 %")
  }

  @Test func neverSaysZeroForUnknown() {
    let missing: Int? = nil
    for quantity in [
      Quantity.unknown, .count(missing), .macs(missing), .bytes(missing), .milliseconds(nil), .share(nil),
    ] {
      #expect(quantity == .unknown)
      #expect(quantity.labelled == "—")
      #expect(quantity.magnitude == nil)
    }
  }
}
