internal import Operators

/// What one element of a value sees of the network's input, axis by axis, while receptive fields are traced.
struct FieldOfView: Sendable {
  /// One entry for each axis of the tensor.
  var axes: [Axis]
  /// Whether all paths so far agree; nil where that cannot be told.
  var isAligned: Bool? = true
  /// How many spatial axes the map has; 0 until a window, a pooling or a resampling has been passed: before that, nobody
  /// knows which axes are spatial.
  var spatialCount = 0
  /// Whether every element sees the whole input; then every axis is mixed.
  var seesAll = false

  enum Axis: Sendable, Equatable {
    /// Batch, channels: everything along them is seen, or nothing of the input lies along them.
    case mixed
    case window(Window)
  }

  /// `size` elements of the input, of which the first for output element p is `p * stride - padding`. Fractions
  /// come from transposed convolution and resizing.
  struct Window: Sendable, Equatable {
    var size = 1.0
    var stride = 1.0
    var padding: Double? = 0

    /// Position of the window's centre for output element 0.
    var centre: Double? { padding.map { (size - 1) / 2 - $0 } }

    /// This window behind one of `kernel` elements, `stride` apart from output element to output element.
    func behind(kernel: Double, stride step: Double, padding start: Double?) -> Window {
      var result = self
      result.size += (kernel - 1) * stride
      result.padding = padding.flatMap { padding in start.map { padding + $0 * stride } }
      result.stride *= step
      return result
    }
  }

  /// The field of a network input of this rank: each element sees itself.
  static func input(rank: Int) -> FieldOfView {
    FieldOfView(axes: (0..<rank).map { $0 == 0 ? .mixed : .window(Window()) })
  }

  var isMap: Bool { spatialCount > 0 }

  /// The field of a value of `rank` axes that sees everything that this one's map holds.
  func whole(rank: Int) -> FieldOfView {
    var result = self
    result.axes = Array(repeating: .mixed, count: rank)
    result.isAligned = nil
    result.seesAll = true
    return result
  }

  /// The field behind an operator that looks this far, in a tensor of `rank` axes; nil if it cannot be told.
  func behind(_ reach: Reach, rank: Int) -> FieldOfView? {
    switch reach {
    case .same: return axes.count == rank ? self : alignedToEnd(rank: rank)
    case .window(let kernel, let strides, let dilations, let padding):
      return spatial(rank, [kernel, strides, dilations], padding) { window, axis in
        let span = Double(dilations[axis]) * Double(kernel[axis] - 1) + 1
        return window.behind(
          kernel: span, stride: Double(strides[axis]), padding: padding[axis].map(Double.init))
      }
    case .transposedWindow(let kernel, let strides, let dilations, let padding):
      return spatial(rank, [kernel, strides, dilations], padding) { window, axis in
        guard strides[axis] > 0 else { return window }
        // Output o reads inputs i with o = i * stride - padding + t * dilation, 0 <= t < kernel.
        let (reach, step) = (Double(dilations[axis]) * Double(kernel[axis] - 1), Double(strides[axis]))
        let count = ((reach + 1) / step).rounded(.up)
        let start = padding[axis].map { (reach - Double($0)) / step }
        return window.behind(kernel: count, stride: 1 / step, padding: start)
      }
    case .resample(let scale, let support):
      return spatial(rank, [support], nil, count: scale.count) { window, axis in
        guard scale[axis] > 0 else { return window }
        return window.behind(
          kernel: Double(support[axis]), stride: 1 / scale[axis], padding: support[axis] == 1 ? 0 : nil)
      }
    case .shifted(let offset, let strides):
      guard offset.count == strides.count, axes.count >= offset.count, axes.count == rank else { return nil }
      var result = self
      for (place, axis) in (axes.count - offset.count..<axes.count).enumerated() {
        guard case .window(let window) = axes[axis] else { continue }
        result.axes[axis] = .window(
          window.behind(kernel: 1, stride: Double(strides[place]), padding: -Double(offset[place])))
      }
      return result
    case .whole: return whole(rank: rank)
    case .none, .unknown: return nil
    }
  }

  /// Applies `change` to the spatial axes, those from the third on; `parameters` must have one entry for each.
  private func spatial(
    _ rank: Int, _ parameters: [[Int]], _ padding: [Int?]?, count: Int? = nil,
    _ change: (Window, Int) -> Window
  ) -> FieldOfView? {
    let spatial = rank - 2
    guard spatial > 0, axes.count == rank, parameters.allSatisfy({ $0.count == spatial }),
      padding?.count ?? spatial == spatial, count ?? spatial == spatial
    else { return nil }
    var result = self
    result.spatialCount = spatial
    result.axes[1] = .mixed
    for axis in 0..<spatial {
      if case .window(let window) = axes[axis + 2] { result.axes[axis + 2] = .window(change(window, axis)) }
    }
    return result
  }

  /// The field under another rank, last axes matched, as broadcasting does.
  private func alignedToEnd(rank: Int) -> FieldOfView {
    var result = self
    result.axes =
      rank < axes.count
      ? Array(axes.suffix(rank)) : Array(repeating: .mixed, count: rank - axes.count) + axes
    return result
  }

  /// The field of an element that sees through both: per axis the larger window, and whether they agree.
  func joined(with other: FieldOfView) -> FieldOfView {
    var result = self
    result.spatialCount = max(spatialCount, other.spatialCount)
    if seesAll { return result }
    if other.seesAll { return result.whole(rank: axes.count) }
    var agree: Bool? = true
    for axis in axes.indices where axis < other.axes.count {
      switch (axes[axis], other.axes[axis]) {
      case (.window(let mine), .window(let theirs)):
        if theirs.size > mine.size { result.axes[axis] = .window(theirs) }
        agree = Self.and(agree, Self.agree(mine, theirs))
      case (.mixed, let theirs): result.axes[axis] = theirs
      case (.window, .mixed): break
      }
    }
    result.isAligned = Self.and(Self.and(isAligned, other.isAligned), agree)
    return result
  }

  private static func agree(_ a: Window, _ b: Window) -> Bool? {
    guard abs(a.stride - b.stride) < 1e-9 else { return false }
    guard let first = a.centre, let second = b.centre else { return nil }
    return abs(first - second) < 1e-9
  }

  private static func and(_ a: Bool?, _ b: Bool?) -> Bool? {
    if a == false || b == false { return false }
    return a == nil || b == nil ? nil : true
  }
}
