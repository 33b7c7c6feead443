internal import Analysis
internal import Formats
internal import Network

/// From a path on the command line to a network and its analysis; errors become one line each.
enum NetworkLoading {
  static func read(_ path: String, _ arguments: Arguments) throws(Failure) -> Network {
    let limits = try limits(arguments)
    do throws(FormatError) {
      return try NetworkReader.read(path: path, limits: limits)
    } catch {
      throw Failure(.unreadable, error.message)
    }
  }

  /// A network, or a file of weights alone.
  static func contents(_ path: String, _ arguments: Arguments) throws(Failure) -> FileContents {
    let limits = try limits(arguments)
    do throws(FormatError) {
      return try NetworkReader.contents(path: path, options: ReadOptions(limits: limits))
    } catch {
      throw Failure(.unreadable, error.message)
    }
  }

  private static func limits(_ arguments: Arguments) throws(Failure) -> Limits {
    do throws(UsageError) { return try LimitOptions(arguments).reading } catch { throw Failure(error) }
  }

  static func analyze(_ weights: WeightFile) throws(Failure) -> WeightAnalysis {
    do throws(AnalysisError) {
      return try WeightAnalysis(weights)
    } catch {
      throw Failure(.unreadable, "\(weights.path): \(error.message)")
    }
  }

  static func options(_ arguments: Arguments, takesBatch: Bool = true) throws(Failure) -> AnalysisOptions {
    do throws(UsageError) {
      return try NetworkOptions.analysisOptions(arguments, takesBatch: takesBatch)
    } catch {
      throw Failure(error)
    }
  }

  static func infer(_ network: Network, _ options: AnalysisOptions) throws(Failure) -> InferredGraph {
    do throws(AnalysisError) {
      return try ShapeInference.infer(network, options)
    } catch {
      throw failure(error, network)
    }
  }

  static func analyze(_ network: Network, _ options: AnalysisOptions) throws(Failure) -> StaticAnalysis {
    do throws(AnalysisError) {
      return try Analyzer.analyze(network, options)
    } catch {
      throw failure(error, network)
    }
  }

  /// The totals as functions of the symbols that nobody bound.
  static func closedForms(
    _ network: Network, _ options: AnalysisOptions, _ bindings: [SymbolBinding]
  ) throws(Failure) -> ClosedForms {
    do throws(AnalysisError) {
      return try ClosedForms.find(network, options, bindings: bindings)
    } catch {
      throw failure(error, network)
    }
  }

  /// A wrong binding is a wrong command line; everything else is the file's.
  static func failure(_ error: AnalysisError, _ network: Network) -> Failure {
    Failure(isUsage(error) ? .wrongUsage : .unreadable, "\(network.path): \(error.message)")
  }

  private static func isUsage(_ error: AnalysisError) -> Bool {
    switch error {
    case .unknownInput, .unknownSymbol, .inputRank, .fixedExtent, .conflictingExtents, .negativeExtent,
      .unknownLoop:
      true
    default: false
    }
  }
}
