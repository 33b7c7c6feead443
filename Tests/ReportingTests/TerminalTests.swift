import Reporting
import Testing

@Suite struct TerminalTests {
  @Test(arguments: [60, 80, 120, 200]) func tablesFitTheWidth(width: Int) {
    for text in [
      TerminalRenderer(width: width).render(Report(Sample.subject(.resNet50()))),
      TerminalRenderer(width: width).render(Report(Sample.subject(.mobileNetV2()), extent: .briefWithLayers)),
    ] {
      for line in text.split(separator: "\n") { #expect(DisplayWidth.of(String(line)) <= width, "\(line)") }
    }
  }

  @Test func hasColoursOnlyIfAsked() {
    let report = Report(Sample.subject(.tiny()))
    #expect(TerminalRenderer(usesColor: true).render(report).contains("\u{1B}["))
    #expect(!TerminalRenderer(usesColor: false).render(report).contains("\u{1B}"))
  }

  @Test func shortensInTheMiddle() {
    #expect(DisplayWidth.fitted("layer1.0/downsample", into: 9) == "laye…mple")
    #expect(DisplayWidth.fitted("short", into: 9) == "short")
    #expect(DisplayWidth.of("画像") == 4)
    #expect(DisplayWidth.padded("ab", to: 4, trailing: true) == "  ab")
  }
}
