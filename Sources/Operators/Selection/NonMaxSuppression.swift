internal import Network

/// The boxes that are kept, best score first, where those that overlap a better one too much are dropped: rows of
/// batch, class and box.
struct NonMaxSuppression: Operator {
  static let name = "NonMaxSuppression"
  /// Boxes are given by center, width and height instead of two corners.
  private let hasCenters: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    hasCenters = try attributes.flag("center_point_box")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (boxes, scores) = (try inputs.tensor(0).shape, try inputs.tensor(1).shape)
    if let boxes, boxes.rank != 3 || (boxes[2] ?? 4) != 4 {
      throw .shape(input: 0, reason: "not [batch, boxes, 4]")
    }
    if let scores, scores.rank != 3 { throw .rank(input: 1, expected: "3", found: scores.rank) }
    if let boxes = boxes?.known, let scores = scores?.known, boxes[0] != scores[0] || boxes[1] != scores[2] {
      throw .shape(input: 1, reason: "not one score for each box")
    }
    return [Fact(.int64, [nil, 3])]
  }

  private struct Box {
    let low: (x: Double, y: Double)
    let high: (x: Double, y: Double)

    init(_ numbers: ArraySlice<Double>, hasCenter: Bool) {
      let (a, b, c, d) = (
        numbers[numbers.startIndex], numbers[numbers.startIndex + 1], numbers[numbers.startIndex + 2],
        numbers[numbers.startIndex + 3]
      )
      if hasCenter {
        (low, high) = ((a - c / 2, b - d / 2), (a + c / 2, b + d / 2))
      } else {
        (low, high) = ((min(b, d), min(a, c)), (max(b, d), max(a, c)))
      }
    }

    var area: Double { (high.x - low.x) * (high.y - low.y) }

    /// Intersection over union.
    func overlap(_ other: Box) -> Double {
      let width = max(min(high.x, other.high.x) - max(low.x, other.low.x), 0)
      let height = max(min(high.y, other.high.y) - max(low.y, other.low.y), 0)
      let union = area + other.area - width * height
      return union > 0 ? width * height / union : 0
    }
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    _ = try infer(InferenceInputs(context.facts))
    let (boxes, scores) = (try context.input(0), try context.input(1))
    let largest = try context.optionalIntegers(2)?.first ?? 0
    let overlapLimit = try context.optionalInput(3)?.doubles(input: 3).first ?? 0
    let scoreLimit = try context.optionalInput(4)?.doubles(input: 4).first
    let (corners, points) = (try boxes.doubles(input: 0), try scores.doubles(input: 1))
    let (classes, count) = (scores.dimensions[1], scores.dimensions[2])
    var rows: [Int] = []
    for batch in 0..<scores.dimensions[0] {
      let all = (0..<count).map { box in
        let start = (batch * count + box) * 4
        return Box(corners[start..<start + 4], hasCenter: hasCenters)
      }
      for kind in 0..<classes {
        let own = points[(batch * classes + kind) * count..<(batch * classes + kind + 1) * count]
        for box in kept(all, Array(own), scoreLimit, overlapLimit, largest) { rows += [batch, kind, box] }
      }
    }
    let output = try context.output(0, .int64, [rows.count / 3, 3]).mutableElements(as: Int64.self)
    for (index, value) in rows.enumerated() { output[index] = Int64(value) }
  }

  private func kept(
    _ boxes: [Box], _ scores: [Double], _ scoreLimit: Double?, _ overlapLimit: Double, _ largest: Int
  ) -> [Int] {
    let candidates = boxes.indices.filter { box in scoreLimit.map { scores[box] > $0 } ?? true }
      .sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    var kept: [Int] = []
    for box in candidates {
      guard kept.count < largest else { break }
      if kept.allSatisfy({ boxes[$0].overlap(boxes[box]) <= overlapLimit }) { kept.append(box) }
    }
    return kept
  }
}
