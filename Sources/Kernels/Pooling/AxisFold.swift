internal import CMicrokernels

/// The greatest element or the sum of windows along one axis: `[outer, input, inner]` to `[outer, places, inner]`.
struct AxisFold: Sendable {
  let axis: Int
  /// Places of the axes between the first and this one.
  let outer: Int
  private let windows: WindowGeometry
  private let input: Int
  private let inner: Int
  private let kernel: Int
  private let stride: Int
  private let dilation: Int
  private let start: Int
  private let isMaximum: Bool
  private let isa: assay_isa

  /// Axes before this one are folded already, those behind it are not.
  init(_ windows: WindowGeometry, axis: Int, isMaximum: Bool, isa: assay_isa) {
    self.windows = windows
    self.axis = axis
    outer = axis == 0 ? 1 : windows.output[1..<axis].reduce(1, *)
    input = windows.input[axis]
    inner = windows.input[(axis + 1)...].reduce(1, *)
    kernel = windows.kernel[axis]
    stride = windows.strides[axis]
    dilation = windows.dilations[axis]
    start = windows.starts[axis]
    self.isMaximum = isMaximum
    self.isa = isa
    isIdentity = kernel == 1 && stride == 1 && start == 0 && windows.output[axis] == input
  }

  /// Whether every window is the element at its own place.
  let isIdentity: Bool

  private var function: assay_binary { isMaximum ? assay_binary_maximum : assay_binary_add }
  private var nothing: Float { isMaximum ? -.infinity : 0 }
  /// 16 KiB: stays in L1 while one kernel element after the other is taken in.
  private static let atOnce = 4096

  func run(
    _ source: UnsafePointer<Float>, outer: Int, places: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) {
    if inner == 1 {
      let rowsAtOnce = max(1, Self.atOnce / places.count)
      for first in Swift.stride(from: 0, to: outer, by: rowsAtOnce) {
        foldElements(
          source + first * input, rows: min(rowsAtOnce, outer - first), places,
          into: target + first * places.count)
      }
    } else {
      for row in 0..<outer {
        for place in places {
          foldRows(
            source + row * input * inner, place,
            into: target + (row * places.count + place - places.lowerBound) * inner)
        }
      }
    }
  }

  /// The rows of one window, folded into one.
  private func foldRows(
    _ source: UnsafePointer<Float>, _ place: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let origin = place * stride - start
    let first = origin >= 0 ? 0 : (-origin + dilation - 1) / dilation
    let end = origin >= input ? 0 : min(kernel, (input - 1 - origin) / dilation + 1)
    guard first < end else {
      target.update(repeating: nothing, count: inner)
      return
    }
    let rows = source + (origin + first * dilation) * inner
    guard end - first > 1 else {
      target.update(from: rows, count: inner)
      return
    }
    for column in Swift.stride(from: 0, to: inner, by: Self.atOnce) {
      let count = min(Self.atOnce, inner - column)
      let from = rows + column
      combine(from, from + dilation * inner, into: target + column, count: count)
      for element in 2..<max(2, end - first) {
        combine(
          UnsafePointer(target + column), from + element * dilation * inner, into: target + column,
          count: count)
      }
    }
  }

  /// Windows within rows of single elements.
  private func foldElements(
    _ source: UnsafePointer<Float>, rows: Int, _ places: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) {
    target.update(repeating: nothing, count: rows * places.count)
    for element in 0..<kernel {
      let met = windows.places(axis, meeting: element).clamped(to: places)
      guard !met.isEmpty else { continue }
      let from = source + met.lowerBound * stride + element * dilation - start
      let to = target + met.lowerBound - places.lowerBound
      if stride == 1 {
        combine(
          UnsafePointer(to), from, into: to, count: met.count, rows: rows, pitch: places.count,
          sourcePitch: input)
      } else {
        for row in 0..<rows {
          takeIn(from + row * input, into: to + row * places.count, count: met.count)
        }
      }
    }
  }

  private func takeIn(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    // Vectors can be made of every second element where the distance is known.
    if stride == 2 {
      takeIn(source, into: target, count: count, distance: 2)
    } else {
      takeIn(source, into: target, count: count, distance: stride)
    }
  }

  @inline(__always)
  private func takeIn(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int, distance: Int
  ) {
    if isMaximum {
      for index in 0..<count {
        let value = source[index * distance]
        target[index] = value > target[index] ? value : target[index]
      }
    } else {
      for index in 0..<count { target[index] += source[index * distance] }
    }
  }

  private func combine(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    count: Int, rows: Int = 1, pitch: Int = 0, sourcePitch: Int = 0
  ) {
    var code = assay_rows()
    code.rows = rows
    code.count = count
    code.a_row = pitch
    code.b_row = sourcePitch
    code.y_row = pitch
    code.a_step = 1
    code.b_step = 1
    assay_binary_run(isa, function, &code, first, second, target)
  }
}
