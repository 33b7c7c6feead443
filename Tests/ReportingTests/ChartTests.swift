import Foundation
import FoundationXML
import Reporting
import Testing

/// Every chart is well-formed XML with finite coordinates inside its own frame, whatever the number of layers.
@Suite struct ChartTests {
  @Test(arguments: [0, 1, 2, 37, 1000]) func isWellFormed(layers: Int) throws {
    let report = Report(Sample.subject(.chain(layers)))
    for part in report.parts {
      for case .chart(let chart) in part.blocks {
        for width in [344.0, 920.0] {
          let markup = chart.svg(width: width).markup(title: chart.title, description: "d", identifier: "c")
          let document = try XMLDocument(xmlString: markup)
          let rectangles = try document.nodes(forXPath: "//*[@x and @width]").compactMap { $0 as? XMLElement }
          for rectangle in rectangles {
            let x = try #require(rectangle.attribute(forName: "x")?.stringValue.flatMap(Double.init))
            let extent = try #require(rectangle.attribute(forName: "width")?.stringValue.flatMap(Double.init))
            #expect(x >= 0 && x + extent <= width + 0.5, "\(chart.title)")
          }
          let elements = try document.nodes(forXPath: "//*").count
          #expect(elements < 1500, "\(chart.title) has \(elements) elements")
        }
      }
    }
  }

  @Test func thereIsNoneWithoutLayers() {
    let subject = Sample.subject(.chain(0))
    #expect(MemoryChart(subject) == nil)
    #expect(RooflineChart(subject) == nil)
    #expect(ReceptiveFieldChart(subject) == nil)
  }

  /// Ticks worked out by hand.
  @Test func ticksAreRoundAndStartAtZero() {
    #expect(LinearScale(domain: 0...4.8, start: 0, end: 100).ticks(4) == [0, 2, 4])
    #expect(LinearScale(domain: 0...427, start: 0, end: 100).ticks(4) == [0, 200, 400])
    #expect(LinearScale(domain: 0...0, start: 0, end: 100).ticks(4) == [0])
    #expect(LogarithmicScale(domain: 0.5...2000, start: 0, end: 100).ticks == [1, 10, 100, 1000])
  }

  @Test func coordinatesThatAreNoNumbersBreakNothing() {
    #expect(SVG.number(.nan) == "0")
    #expect(SVG.number(.infinity) == "0")
    #expect(SVG.number(-0.5) == "-0.5")
    #expect(SVG.number(12) == "12")
  }
}
