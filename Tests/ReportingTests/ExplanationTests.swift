import Analysis
import Profiling
import Reporting
import Testing

/// What a comparison says, and what it must not say.
@Suite struct ExplanationTests {
  private func sentences(_ a: Subject, _ b: Subject) throws -> String {
    let comparison = try #require(ComparisonSubject([a, b]))
    return Explanation(a, b, in: comparison).sentences.map(\.plain).joined(separator: "\n")
  }

  /// 4,089,184,256 / 300,774,272 = 13.6.
  @Test func namesTheKindThatEatsUpTheGain() throws {
    let text = try sentences(Sample.subject(.resNet50()), Sample.subject(.mobileNetV2()))
    #expect(text.contains("mobilenet_v2 does 13.6× fewer MACs than resnet50 but is only"))
    #expect(text.contains("depthwise convolutions hold 6.9 % of the MACs and take"))
    #expect(text.contains("resnet50 has none of them"))
  }

  /// A peak of 20 GFLOP/s is less than what the made-up ResNet-50 counts in a second, one of 62 is more.
  @Test(arguments: [(62.0, false), (20.0, true)])
  func moreThanThePeakIsExplained(peak: Double, isExplained: Bool) throws {
    func subject(_ network: SyntheticNetwork) -> Subject {
      let analysis = network.analysis()
      var profile = SyntheticProfile.of(analysis)
      profile.machine.peakGigaflopsPerThread = peak
      return Subject(analysis: analysis, profile: profile)
    }
    let remark = "(as counted; Winograd's algorithm does with fewer operations)"
    let text = try sentences(subject(.resNet50()), subject(.mobileNetV2()))
    #expect(text.contains("of the machine's peak \(remark), mobilenet_v2") == isExplained)
    for (format, text) in Sample.renderings(of: subject(.resNet50())) where format == "markdown" {
      #expect(text.contains("of the machine's peak \(remark)") == isExplained)
    }
  }

  @Test func theOrderOfTheTwoDoesNotMatter() throws {
    let (a, b) = (Sample.subject(.resNet50()), Sample.subject(.mobileNetV2()))
    #expect(try sentences(a, b) == sentences(b, a))
  }

  @Test func saysNothingOfTimesThatWereNotTaken() throws {
    let text = try sentences(Sample.subject(.resNet50(), measured: false), Sample.subject(.mobileNetV2()))
    for word in ["faster", "slower", "time", "µs"] { #expect(!text.contains(word), "\(word)") }
  }

  @Test func doesNotCompareTimesOfDifferentMachines() throws {
    let analysis = SyntheticNetwork.mobileNetV2().analysis()
    var profile = SyntheticProfile.of(analysis)
    profile.environment.processor = "Another CPU"
    let text = try sentences(Sample.subject(.resNet50()), Subject(analysis: analysis, profile: profile))
    #expect(!text.contains("faster"))
    #expect(text.contains("measured under different conditions"))
  }

  @Test func doesNotCompareLowerBounds() throws {
    let partial = Subject(
      analysis: SyntheticNetwork.mobileNetV2().analysis(uncounted: [.init(operator: "X", count: 1)]))
    let text = try sentences(Sample.subject(.resNet50(), measured: false), partial)
    #expect(!text.contains("fewer MACs"))
    #expect(text.contains("lower bounds"))
  }

  @Test func findsNothingBetweenANetworkAndItself() throws {
    let subject = Sample.subject(.resNet50())
    #expect(
      try sentences(subject, subject).hasPrefix(
        "Both do about the same number of MACs in about the same time."))
  }
}
