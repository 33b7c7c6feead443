package import Network

/// The totals of a network over a list of extents of one symbol, everything else bound as it is.
package struct Sweep: Sendable {
  package var symbol: String
  package var points: [Point]

  package struct Point: Sendable {
    package var extent: Int
    package var totals: Totals
    package init(extent: Int, totals: Totals) {
      self.extent = extent
      self.totals = totals
    }
  }

  package init(symbol: String, points: [Point]) {
    self.symbol = symbol
    self.points = points
  }

  /// Analyzes the network once for each extent; the error of the first that it does not fit comes with that extent.
  package static func over(
    _ symbol: String, _ extents: [Int], of network: Network, _ options: AnalysisOptions
  ) throws(Misfit) -> Sweep {
    var options = options
    var points: [Point] = []
    for extent in extents {
      options.dimensions[symbol] = extent
      do throws(AnalysisError) {
        points.append(Point(extent: extent, totals: try Analyzer.analyze(network, options).totals))
      } catch {
        throw Misfit(extent: extent, error: error)
      }
    }
    return Sweep(symbol: symbol, points: points)
  }

  /// An extent that the network does not fit.
  package struct Misfit: Error, Equatable {
    package var extent: Int
    package var error: AnalysisError
  }
}
