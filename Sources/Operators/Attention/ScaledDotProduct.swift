/// Where the rows of one head of a tensor lie: element (b, h, s, d) at `b * batch + h * head + s * row + d`.
struct HeadLayout {
  let batch: Int
  let head: Int
  let row: Int

  /// `[batch, heads, length, size]`
  static func headsFirst(heads: Int, length: Int, size: Int) -> HeadLayout {
    HeadLayout(batch: heads * length * size, head: length * size, row: size)
  }

  /// `[batch, length, heads * size]`
  static func rowsFirst(heads: Int, length: Int, size: Int) -> HeadLayout {
    HeadLayout(batch: length * heads * size, head: size, row: heads * size)
  }
}

/// `softmax(scale * Q K^T + bias) V` for each head. Keys and values are `[batch, key heads, total, size]`; a key head serves
/// `heads / key heads` neighbouring query heads.
struct ScaledDotProduct<Value: Real> {
  let batch: Int
  let heads: Int
  let keyHeads: Int
  let rows: Int
  let total: Int
  let headSize: Int
  let valueSize: Int
  let scale: Value
  let softcap: Value

  /// Takes every row of scores as it passes, for masks and for copies of it.
  struct Observer {
    /// After the product, after the soft cap, after the softmax; the middle one may change the row.
    var product: (Place, UnsafeMutableBufferPointer<Value>) -> Void = { _, _ in }
    var mask: (Place, UnsafeMutableBufferPointer<Value>) -> Void = { _, _ in }
    var weights: (Place, UnsafeMutableBufferPointer<Value>) -> Void = { _, _ in }
  }

  struct Place {
    let batch: Int
    let head: Int
    let row: Int
  }

  func run(
    query: UnsafeBufferPointer<Value>, _ queryLayout: HeadLayout, keys: UnsafeBufferPointer<Value>,
    values: UnsafeBufferPointer<Value>, output: UnsafeMutableBufferPointer<Value>, _ outputLayout: HeadLayout,
    observer: Observer
  ) {
    output.update(repeating: 0)
    var transposed = [Value](repeating: 0, count: headSize * total)
    var scores = [Value](repeating: 0, count: total)
    guard let keyBase = keys.baseAddress, let valueBase = values.baseAddress,
      let queryBase = query.baseAddress,
      let outputBase = output.baseAddress, total > 0
    else { return }
    transposed.withUnsafeMutableBufferPointer { transposed in
      scores.withUnsafeMutableBufferPointer { scores in
        guard let keyColumns = transposed.baseAddress, let scoreBase = scores.baseAddress else { return }
        for image in 0..<batch {
          for head in 0..<heads {
            let keyHead = image * keyHeads + head / (heads / keyHeads)
            MatrixProduct.transpose(
              keyBase + keyHead * total * headSize, keyColumns, rows: total, columns: headSize)
            for row in 0..<rows {
              let place = Place(batch: image, head: head, row: row)
              scores.update(repeating: 0)
              MatrixProduct.accumulate(
                queryBase + image * queryLayout.batch + head * queryLayout.head + row * queryLayout.row,
                keyColumns, scoreBase, rows: 1, depth: headSize, columns: total)
              weigh(scores, place, observer)
              MatrixProduct.accumulate(
                scoreBase, valueBase + keyHead * total * valueSize,
                outputBase + image * outputLayout.batch + head * outputLayout.head + row * outputLayout.row,
                rows: 1, depth: total, columns: valueSize)
            }
          }
        }
      }
    }
  }

  /// Turns products into weights. A row whose every score is minus infinity becomes zeros.
  private func weigh(_ row: UnsafeMutableBufferPointer<Value>, _ place: Place, _ observer: Observer) {
    for index in row.indices { row[index] *= scale }
    observer.product(place, row)
    if softcap > 0 {
      for index in row.indices { row[index] = softcap * Value.tanh(row[index] / softcap) }
    }
    observer.mask(place, row)
    var greatest = -Value.infinity
    for value in row { greatest = max(greatest, value) }
    if greatest == -.infinity {
      row.update(repeating: 0)
    } else {
      var sum: Value = 0
      for index in row.indices {
        row[index] = Value.exp(row[index] - greatest)
        sum += row[index]
      }
      for index in row.indices { row[index] /= sum }
    }
    observer.weights(place, row)
  }
}

/// Keys or values of the past followed by new ones, as `[batch, heads, past + new, size]`; `bias`, `[heads * size]`, is added
/// to the new ones.
func concatenateHeads<Value: Real>(
  past: UnsafeBufferPointer<Value>?, pastLength: Int, new: UnsafeBufferPointer<Value>, _ layout: HeadLayout,
  offset: Int = 0, bias: UnsafeBufferPointer<Value>? = nil, newLength: Int, batch: Int, heads: Int, size: Int,
  into target: UnsafeMutableBufferPointer<Value>
) {
  var place = 0
  for image in 0..<batch {
    for head in 0..<heads {
      if let past {
        let start = (image * heads + head) * pastLength * size
        for index in 0..<(pastLength * size) { target[place + index] = past[start + index] }
        place += pastLength * size
      }
      for row in 0..<newLength {
        let start = offset + image * layout.batch + head * layout.head + row * layout.row
        for index in 0..<size {
          target[place + index] = new[start + index] + (bias?[head * size + index] ?? 0)
        }
        place += size
      }
    }
  }
}
