internal import Analysis

/// The options that say which network is meant: they bind symbols to extents.
enum NetworkOptions {
  static let inputShape = Option(
    "--input-shape", value: "NAME=1,3,224,224", isRepeatable: true,
    help: "Extents of an input; binds the symbols in its place")
  static let dimension = Option(
    "--dim", value: "NAME=N", isRepeatable: true,
    help: "Value of a symbolic extent, for example S=128, or of an input sequence's length: frames[length]=8")
  static let batch = Option(
    "--batch", value: "N", help: "Value of the inputs' leading symbolic extent (default 1)")
  static let tripCount = Option(
    "--trip-count", value: "NAME=N", isRepeatable: true,
    help: "Rounds of a loop that only the run would know, by the node's name")
  static let all = [inputShape, dimension, batch, tripCount]

  /// No extent of a real network is larger; a larger one is a slip of the finger.
  static let extents = 0...(1 << 32)

  /// What the options bind. The batch is left to the command where it takes a list of them.
  static func analysisOptions(
    _ arguments: Arguments, takesBatch: Bool = true
  ) throws(UsageError) -> AnalysisOptions {
    var options = AnalysisOptions()
    for (name, value) in try arguments.pairs(dimension.name) {
      if options.dimensions[name] != nil { throw .repeated(option: "\(dimension.name) \(name)") }
      options.dimensions[name] = try Arguments.integer(value, option: dimension.name, in: extents)
    }
    for (name, value) in try arguments.pairs(inputShape.name) {
      if options.inputShapes[name] != nil { throw .repeated(option: "\(inputShape.name) \(name)") }
      var shape: [Int] = []
      for part in value.split(separator: ",", omittingEmptySubsequences: false) where !value.isEmpty {
        shape.append(try Arguments.integer(String(part), option: inputShape.name, in: extents))
      }
      options.inputShapes[name] = shape
    }
    for (name, value) in try arguments.pairs(tripCount.name) {
      if options.tripCounts[name] != nil { throw .repeated(option: "\(tripCount.name) \(name)") }
      options.tripCounts[name] = try Arguments.integer(value, option: tripCount.name, in: extents)
    }
    options.limits = try LimitOptions(arguments).analysis
    if takesBatch { options.batch = try arguments.integer(batch.name, in: 1...extents.upperBound) }
    return options
  }
}
