internal import Kernels
internal import Network
internal import Operators

/// A tensor as a kernel with strides sees it: part of another value, its axes in any order.
struct StridedView: Sendable, Equatable {
  var root: ValueID
  /// Elements from the root's start.
  var offset: Int
  var extents: [Int]
  /// Elements from one index to the next along each axis.
  var strides: [Int]
  /// What each element is multiplied by.
  var factor: Float = 1

  init(dense root: ValueID, _ extents: [Int]) {
    self.root = root
    self.extents = extents
    offset = 0
    strides = Self.denseStrides(extents)
  }

  static func denseStrides(_ extents: [Int]) -> [Int] {
    var strides = extents
    var stride = 1
    for axis in extents.indices.reversed() {
      strides[axis] = stride
      stride *= extents[axis]
    }
    return strides
  }

  func permuted(_ order: [Int]) -> StridedView {
    var view = self
    view.extents = order.map { extents[$0] }
    view.strides = order.map { strides[$0] }
    return view
  }

  func sliced(axis: Int, start: Int, count: Int, step: Int = 1) -> StridedView {
    var view = self
    view.offset += start * strides[axis]
    view.extents[axis] = count
    view.strides[axis] *= step
    return view
  }

  /// The same elements in the same order under other extents, if strides can express that.
  func reshaped(_ target: [Int]) -> StridedView? {
    guard !extents.contains(0), target.reduce(1, *) == extents.reduce(1, *) else { return nil }
    let kept = extents.indices.filter { extents[$0] != 1 }
    let (old, oldStrides) = (kept.map { extents[$0] }, kept.map { strides[$0] })
    var newStrides = Array(repeating: 1, count: target.count)
    var (oldFirst, newFirst) = (0, 0)
    while oldFirst < old.count, newFirst < target.count {
      var (oldEnd, newEnd) = (oldFirst + 1, newFirst + 1)
      var (oldSize, newSize) = (old[oldFirst], target[newFirst])
      while oldSize != newSize {
        if newSize < oldSize {
          newSize *= target[newEnd]
          newEnd += 1
        } else {
          oldSize *= old[oldEnd]
          oldEnd += 1
        }
      }
      for axis in oldFirst..<oldEnd - 1 where oldStrides[axis] != old[axis + 1] * oldStrides[axis + 1] {
        return nil
      }
      var stride = oldStrides[oldEnd - 1]
      for axis in (newFirst..<newEnd).reversed() {
        newStrides[axis] = stride
        stride *= target[axis]
      }
      (oldFirst, newFirst) = (oldEnd, newEnd)
    }
    var view = self
    view.extents = target
    view.strides = newStrides
    return view
  }
}

/// Follows a value back through nodes that only rearrange it.
struct ViewResolver {
  let graph: PlanGraph
  let producers: [Int?]

  init(_ graph: PlanGraph) {
    self.graph = graph
    producers = graph.producers()
  }

  /// The farthest value back of which `value` is a strided view.
  func resolve(_ value: ValueID) -> StridedView? {
    guard let extents = graph[value].dimensions else { return nil }
    var steps: [(PlanNode, ValueID)] = []
    var root = value
    while let index = producers[root.index], let input = rearranged(graph.nodes[index]) {
      steps.append((graph.nodes[index], root))
      root = input
    }
    // The longest chain that strides can express.
    while true {
      if let view = apply(steps, from: root), view.extents == extents { return view }
      guard let dropped = steps.popLast() else { return nil }
      root = dropped.1
    }
  }

  /// The input whose elements the node only rearranges.
  private func rearranged(_ node: PlanNode) -> ValueID? {
    guard let input = node.inputs.first ?? nil, graph[input].dimensions != nil, graph[input].constant == nil
    else { return nil }
    if node.operation is ViewOperation { return input }
    if let scaled = scalarProduct(node) { return scaled.input }
    switch node.fileOperator {
    case "Transpose", "Split", "Slice", "Gather": return input
    default: return nil
    }
  }

  /// A multiplication by, or division through, one constant number.
  private func scalarProduct(_ node: PlanNode) -> (input: ValueID, factor: Float)? {
    guard let operation = node.operation as? BinaryOperation, operation.activation == .identity,
      let input = node.inputs[0], let number = try? graph.floats(node, 1), number.count == 1,
      let output = node.output, graph[output].dimensions == graph[input].dimensions
    else { return nil }
    switch operation.function {
    case .multiply: return (input, number[0])
    case .divide: return (input, 1 / number[0])
    default: return nil
    }
  }

  private func apply(_ steps: [(PlanNode, ValueID)], from root: ValueID) -> StridedView? {
    guard let extents = graph[root].dimensions else { return nil }
    var view = StridedView(dense: root, extents)
    for (node, output) in steps.reversed() {
      guard let target = graph[output].dimensions, let next = apply(node, output, target, to: view) else {
        return nil
      }
      view = next
    }
    return view
  }

  private func apply(_ node: PlanNode, _ output: ValueID, _ target: [Int], to view: StridedView)
    -> StridedView?
  {
    if node.operation is ViewOperation { return view.reshaped(target) }
    if let scaled = scalarProduct(node) {
      var result = view
      result.factor *= scaled.factor
      return result
    }
    guard let attributes = node.attributes else { return nil }
    switch node.fileOperator {
    case "Transpose":
      let order = ((try? attributes.integers("perm")) ?? nil) ?? view.extents.indices.reversed()
      return order.count == view.extents.count ? view.permuted(order) : nil
    case "Split": return split(node, output, attributes, view)
    case "Slice": return slice(node, target, view)
    case "Gather": return gather(node, attributes, target, view)
    default: return nil
    }
  }

  private func split(
    _ node: PlanNode, _ output: ValueID, _ attributes: AttributeReader, _ view: StridedView
  ) -> StridedView? {
    guard var axis = try? attributes.integer("axis", default: 0) else { return nil }
    if axis < 0 { axis += view.extents.count }
    var start = 0
    for candidate in node.outputs {
      guard let candidate, let extents = graph[candidate].dimensions, extents.indices.contains(axis) else {
        return nil
      }
      if candidate == output { return view.sliced(axis: axis, start: start, count: extents[axis]) }
      start += extents[axis]
    }
    return nil
  }

  private func slice(_ node: PlanNode, _ target: [Int], _ view: StridedView) -> StridedView? {
    guard let starts = integers(node, 1), target.count == view.extents.count else { return nil }
    let axes = node.inputs.count > 3 && node.inputs[3] != nil ? integers(node, 3) : Array(starts.indices)
    let steps = node.inputs.count > 4 && node.inputs[4] != nil ? integers(node, 4) : starts.map { _ in 1 }
    guard let axes, let steps, axes.count == starts.count, steps.count == starts.count else { return nil }
    var result = view
    for index in starts.indices {
      let axis = axes[index] < 0 ? axes[index] + target.count : axes[index]
      guard target.indices.contains(axis), steps[index] > 0 else { return nil }
      let extent = view.extents[axis]
      let start = min(max(starts[index] < 0 ? starts[index] + extent : starts[index], 0), extent)
      result = result.sliced(axis: axis, start: start, count: target[axis], step: steps[index])
    }
    return result
  }

  private func gather(
    _ node: PlanNode, _ attributes: AttributeReader, _ target: [Int], _ view: StridedView
  ) -> StridedView? {
    guard let indices = integers(node, 1), indices.count == 1,
      var axis = try? attributes.integer("axis", default: 0)
    else { return nil }
    if axis < 0 { axis += view.extents.count }
    guard view.extents.indices.contains(axis) else { return nil }
    let index = indices[0] < 0 ? indices[0] + view.extents[axis] : indices[0]
    guard (0..<view.extents[axis]).contains(index) else { return nil }
    var result = view.sliced(axis: axis, start: index, count: 1)
    if target.count == view.extents.count - 1 {
      result.extents.remove(at: axis)
      result.strides.remove(at: axis)
    }
    return result.extents == target ? result : nil
  }

  private func integers(_ node: PlanNode, _ input: Int) -> [Int]? {
    try? graph.constant(node, input)?.load().integers
  }
}
