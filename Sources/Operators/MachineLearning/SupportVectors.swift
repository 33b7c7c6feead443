internal import Network

/// The kernel of a support vector machine, and the vectors it is taken with.
struct SupportVectors: Sendable {
  let kernel: Kernel
  let gamma: Double
  let offset: Double
  let degree: Double
  /// `[count, features]`; empty for a linear machine, whose coefficients are the vectors.
  let vectors: [Float]
  let count: Int
  let coefficients: [Float]
  let offsets: [Float]

  enum Kernel: String, Sendable {
    case linear = "LINEAR"
    case polynomial = "POLY"
    case radial = "RBF"
    case sigmoid = "SIGMOID"
  }

  /// `count` is the number of support vectors; 0 makes a linear machine.
  init(_ attributes: borrowing AttributeReader, count: Int) throws(OperatorError) {
    let name = try attributes.string("kernel_type", default: "LINEAR")
    guard let kernel = Kernel(rawValue: name) else {
      throw .attributeValue("kernel_type", reason: "\(name) is not known")
    }
    let parameters = try attributes.floats("kernel_params") ?? []
    guard parameters.isEmpty || parameters.count >= 3 else {
      throw .attributeValue("kernel_params", reason: "\(parameters.count) where 3 are needed")
    }
    self.kernel = count > 0 ? kernel : .linear
    gamma = parameters.isEmpty ? 0 : Double(parameters[0])
    offset = parameters.isEmpty ? 0 : Double(parameters[1])
    degree = parameters.isEmpty ? 0 : Double(parameters[2])
    vectors = count > 0 ? try attributes.floats("support_vectors") ?? [] : []
    self.count = count
    coefficients = try attributes.floats("coefficients") ?? []
    offsets = try attributes.floats("rho") ?? []
    guard count >= 0, count == 0 || (!vectors.isEmpty && vectors.count % count == 0) else {
      throw .attributeValue("support_vectors", reason: "\(vectors.count) numbers for \(count) vectors")
    }
    guard !coefficients.isEmpty, !offsets.isEmpty else { throw .missingAttribute("coefficients") }
  }

  /// Features of a row, `machines` being how many linear machines share the coefficients.
  func features(machines: Int) -> Int {
    count > 0 ? vectors.count / count : coefficients.count / max(machines, 1)
  }

  /// Scalar operations beside the products for one value of the kernel.
  var operationsPerValue: Int {
    switch kernel {
    case .linear: 0
    case .polynomial, .sigmoid: 3
    case .radial: 2
    }
  }

  /// The kernel's values of `row` with each support vector.
  func values(_ row: ArraySlice<Double>) -> [Double] {
    let features = row.count
    return (0..<count).map { index in value(row, vectors[(index * features)..<((index + 1) * features)]) }
  }

  func value(_ row: ArraySlice<Double>, _ vector: ArraySlice<Float>) -> Double {
    var total = 0.0
    if kernel == .radial {
      for (a, b) in zip(row, vector) { total += (a - Double(b)) * (a - Double(b)) }
      return Double.exp(-gamma * total)
    }
    for (a, b) in zip(row, vector) { total += a * Double(b) }
    return switch kernel {
    case .linear, .radial: total
    case .polynomial: Double.pow(gamma * total + offset, degree)
    case .sigmoid: Double.tanh(gamma * total + offset)
    }
  }
}
