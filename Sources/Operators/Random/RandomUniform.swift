/// Evenly spread numbers in a tensor of a given shape.
struct RandomUniform: RandomFill {
  static let name = "RandomUniform"
  let fill: RandomParameters

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    fill = try RandomParameters(attributes, names: ("low", "high"), isLike: false)
  }

  static func draw(_ source: inout RandomSource, _ parameters: RandomParameters) -> Double {
    parameters.first + (parameters.second - parameters.first) * source.uniform()
  }
}
