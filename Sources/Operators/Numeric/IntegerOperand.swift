internal import Network

/// An 8-bit tensor with its zero points taken off, as 32-bit integers: what integer products are computed from.
struct IntegerOperand {
  let values: [Int32]
  let dimensions: [Int]

  static let elementTypes: [ElementType] = [.int8, .uint8]

  /// `zeroPoint` has one element, or one for each index of `axis`.
  init(_ tensor: DenseTensor, zeroPoint: DenseTensor?, axis: Int, input: Int) throws(OperatorError) {
    dimensions = tensor.dimensions
    var values = try Self.read(tensor, input: input)
    if let zeroPoint {
      let points = try Self.read(zeroPoint, input: input)
      if points.count == 1 {
        for index in values.indices { values[index] &-= points[0] }
      } else {
        guard axis >= 0, axis < tensor.rank, tensor.dimensions[axis] == points.count else {
          throw .shape(input: input, reason: "\(points.count) zero points for another number of indices")
        }
        let span = AxisSpan(tensor.dimensions, axis: axis)
        for index in values.indices { values[index] &-= points[index / span.inner % span.length] }
      }
    }
    self.values = values
  }

  private static func read(_ tensor: DenseTensor, input: Int) throws(OperatorError) -> [Int32] {
    switch tensor.element {
    case .int8: tensor.elements(as: Int8.self).map(Int32.init)
    case .uint8: tensor.elements(as: UInt8.self).map(Int32.init)
    default: throw .elementType(input: input, found: tensor.element)
    }
  }
}

/// Scale and zero point that an integer result is given out with.
struct Requantization {
  /// One factor, or one for each index of an axis: product of the operands' scales over the output's.
  let factors: [Float]
  let zeroPoint: Int32
  let element: ElementType

  /// The integer nearest to `sum * factor + zero point`, ties to even, within the type's range.
  func round(_ sum: Int32, channel: Int) -> Int32 {
    let factor = factors[factors.count == 1 ? 0 : channel]
    let scaled = (Float(sum) * factor).rounded(.toNearestOrEven) + Float(zeroPoint)
    let (low, high): (Float, Float) = element == .int8 ? (-128, 127) : (0, 255)
    return scaled.isNaN ? zeroPoint : Int32(min(max(scaled, low), high))
  }

  /// Writes `sums`, of which `channel` tells the index of their factor, to a tensor of 8-bit elements.
  func store(_ sums: [Int32], to output: DenseTensor, channel: (Int) -> Int) {
    if element == .int8 {
      let target = output.mutableElements(as: Int8.self)
      for index in sums.indices {
        target[index] = Int8(truncatingIfNeeded: round(sums[index], channel: channel(index)))
      }
    } else {
      let target = output.mutableElements(as: UInt8.self)
      for index in sums.indices {
        target[index] = UInt8(truncatingIfNeeded: round(sums[index], channel: channel(index)))
      }
    }
  }
}
