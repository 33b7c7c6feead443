/// Normally distributed numbers in a tensor of a given shape.
struct RandomNormal: RandomFill {
  static let name = "RandomNormal"
  let fill: RandomParameters

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    fill = try RandomParameters(attributes, names: ("mean", "scale"), isLike: false)
  }

  static func draw(_ source: inout RandomSource, _ parameters: RandomParameters) -> Double {
    parameters.first + parameters.second * source.normal()
  }
}
