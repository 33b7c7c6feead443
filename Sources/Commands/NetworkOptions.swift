internal import Analysis

/// The options that say which network is meant: they bind symbols to extents.
enum NetworkOptions {
  static let all = [
    Option(
      "--input-shape", value: "NAME=1,3,224,224", isRepeatable: true,
      help: "Extents of an input; binds the symbols in its place"),
    Option(
      "--dim", value: "NAME=N", isRepeatable: true, help: "Value of a symbolic extent, for example S=128"),
  ]

  static let batch = Option(
    "--batch", value: "N", help: "Value of the inputs' leading symbolic extent (default 1)")
}
