/// Evenly spread numbers in the shape of the input.
struct RandomUniformLike: RandomFill {
  static let name = "RandomUniformLike"
  let fill: RandomParameters

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    fill = try RandomParameters(attributes, names: ("low", "high"), isLike: true)
  }

  static func draw(_ source: inout RandomSource, _ parameters: RandomParameters) -> Double {
    parameters.first + (parameters.second - parameters.first) * source.uniform()
  }
}
