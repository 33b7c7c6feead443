/// Normally distributed numbers in the shape of the input.
struct RandomNormalLike: RandomFill {
  static let name = "RandomNormalLike"
  let fill: RandomParameters

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    fill = try RandomParameters(attributes, names: ("mean", "scale"), isLike: true)
  }

  static func draw(_ source: inout RandomSource, _ parameters: RandomParameters) -> Double {
    parameters.first + parameters.second * source.normal()
  }
}
