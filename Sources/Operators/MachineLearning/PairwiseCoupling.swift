/// Probabilities of classes from those of pairs (Wu, Lin, Weng 2004, second method, as libsvm iterates it).
enum PairwiseCoupling {
  static func probabilities(of pairs: [Double], classes: Int) -> [Double] {
    var share = [[Double]](repeating: [Double](repeating: 0, count: classes), count: classes)
    var index = 0
    for first in 0..<classes {
      for second in (first + 1)..<max(classes, first + 1) {
        (share[first][second], share[second][first]) = (pairs[index], 1 - pairs[index])
        index += 1
      }
    }
    var matrix = share
    for row in 0..<classes {
      matrix[row][row] = 0
      for column in 0..<classes where column != row {
        matrix[row][row] += share[column][row] * share[column][row]
        matrix[row][column] = -share[column][row] * share[row][column]
      }
    }
    var result = [Double](repeating: 1 / Double(classes), count: classes)
    let tolerance = 0.005 / Double(classes)
    for _ in 0..<max(100, classes) {
      var products = matrix.map { row in zip(row, result).reduce(0) { $0 + $1.0 * $1.1 } }
      var total = zip(products, result).reduce(0) { $0 + $1.0 * $1.1 }
      if products.allSatisfy({ abs($0 - total) < tolerance }) { break }
      for row in 0..<classes {
        let step = (total - products[row]) / matrix[row][row]
        result[row] += step
        total = (total + step * (step * matrix[row][row] + 2 * products[row])) / ((1 + step) * (1 + step))
        for column in 0..<classes {
          products[column] = (products[column] + step * matrix[row][column]) / (1 + step)
          result[column] /= 1 + step
        }
      }
    }
    return result
  }
}
