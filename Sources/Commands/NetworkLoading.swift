internal import Analysis
internal import Formats
internal import Network

/// From a path on the command line to a network and its analysis; errors become one line each.
enum NetworkLoading {
  static func read(_ path: String) throws(Failure) -> Network {
    do throws(FormatError) {
      return try NetworkReader.read(path: path)
    } catch {
      throw Failure(.unreadable, error.message)
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
