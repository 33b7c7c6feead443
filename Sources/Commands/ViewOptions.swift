internal import Analysis
internal import Network
internal import Reporting

/// The options that ask for the figures in another arrangement: over the extents of a symbol, or by module.
enum ViewOptions {
  static let sweep = Option(
    "--sweep", value: "S=64,128,256",
    help: "Totals over extents of a symbol; ranges as 64..512:64 or 64..512:x2")
  static let depth = Option(
    "--depth", value: "N", help: "Roll the figures up by module, N levels down the module tree")

  /// More points than this are no table that anybody reads.
  private static let pointLimit = 1000

  static func moduleDepth(_ arguments: Arguments) throws(Failure) -> Int? {
    do throws(UsageError) { return try arguments.integer(depth.name, in: 1...100) } catch {
      throw Failure(error)
    }
  }

  /// The symbol and extents of the sweep that the command line asks for, if it does.
  static func extents(_ arguments: Arguments) throws(Failure) -> (symbol: String, extents: [Int])? {
    do throws(UsageError) {
      guard let text = arguments.string(sweep.name) else { return nil }
      // A symbol may hold a `=`, extents do not.
      guard let split = text.lastIndex(of: "="), split > text.startIndex else {
        throw .invalidValue(option: sweep.name, value: text, expected: "SYMBOL=EXTENTS")
      }
      var extents: [Int] = []
      for part in text[text.index(after: split)...].split(separator: ",", omittingEmptySubsequences: false) {
        extents += try range(String(part))
        guard extents.count <= pointLimit else {
          throw .invalidValue(option: sweep.name, value: text, expected: "at most \(pointLimit) extents")
        }
      }
      return (String(text[..<split]), extents)
    } catch {
      throw Failure(error)
    }
  }

  /// `64`, `64..512:64` or `64..512:x2`.
  private static func range(_ text: String) throws(UsageError) -> [Int] {
    func integer(_ text: some StringProtocol, from least: Int = 0) throws(UsageError) -> Int {
      try Arguments.integer(
        String(text), option: sweep.name, in: least...NetworkOptions.extents.upperBound)
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let dots = parts[0].firstRange(of: "..") else { return [try integer(text)] }
    let first = try integer(parts[0][..<dots.lowerBound])
    let last = try integer(parts[0][dots.upperBound...])
    guard first <= last else {
      throw .invalidValue(option: sweep.name, value: text, expected: "a range that ascends")
    }
    let isFactor = parts.count > 1 && parts[1].hasPrefix("x")
    let step =
      parts.count > 1 ? try integer(isFactor ? parts[1].dropFirst() : parts[1], from: isFactor ? 2 : 1) : 1
    if isFactor, first == 0 {
      throw .invalidValue(option: sweep.name, value: text, expected: "a range from 1 or more")
    }
    var extents: [Int] = []
    var extent = first
    while extent <= last, extents.count <= pointLimit {
      extents.append(extent)
      extent = isFactor ? extent * step : extent + step
    }
    return extents
  }

  /// The options with the symbol of the sweep bound, by its first extent where the command line does not bind it besides.
  static func bound(
    _ options: AnalysisOptions, _ arguments: Arguments
  ) throws(Failure) -> AnalysisOptions {
    var bound = options
    if let (symbol, extents) = try extents(arguments), let first = extents.first,
      bound.dimensions[symbol] == nil
    {
      bound.dimensions[symbol] = first
    }
    return bound
  }

  /// The analysis with the sweep that the command line asks for.
  static func analyze(
    _ network: Network, _ options: AnalysisOptions, _ arguments: Arguments
  ) throws(Failure) -> StaticAnalysis {
    var analysis = try NetworkLoading.analyze(network, try bound(options, arguments))
    guard let (symbol, extents) = try extents(arguments) else { return analysis }
    do throws(Sweep.Misfit) {
      analysis.sweep = try Sweep.over(symbol, extents, of: network, options)
    } catch {
      let failure = NetworkLoading.failure(error.error, network)
      throw Failure(failure.status, "\(failure.message) (at \(symbol) = \(error.extent))")
    }
    return analysis
  }
}
