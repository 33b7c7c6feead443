package import Network

/// Why a node cannot be: its attributes or inputs do not fit its operator. Data only; words are made at the edge.
package enum OperatorError: Error, Equatable, Sendable {
  case missingInput(Int)
  case missingAttribute(String)
  /// The attribute is there with another type than the operator asks for.
  case attributeType(String)
  /// The attribute's value is not one that the operator allows.
  case attributeValue(String, reason: String)
  case rank(input: Int, expected: String, found: Int)
  case elementType(input: Int, found: ElementType)
  /// Extents that must agree do not.
  case shape(input: Int, reason: String)
  /// The output's extents follow from data of this input, and that data is not known before the run.
  case needsValue(input: Int)
  /// A size is more than an `Int` holds.
  case overflow
  /// A tensor would be larger than the limit.
  case tooLarge(bytes: Int, limit: Int)
  /// The input's value is outside what the operator allows: an index, an axis, a count.
  case value(input: Int, reason: String)
  /// This build has no code that runs the operator.
  case noKernel
  /// A graph nested in the node does not fit what it is given; whose inference it is knows more.
  case nestedGraph
  /// A part of the operator that this build does not run.
  case unsupported(String)
}

/// `a * b`, or `.overflow`.
package func product(_ a: Int, _ b: Int) throws(OperatorError) -> Int {
  let (result, overflow) = a.multipliedReportingOverflow(by: b)
  if overflow { throw .overflow }
  return result
}

/// `a + b`, or `.overflow`.
package func sum(_ a: Int, _ b: Int) throws(OperatorError) -> Int {
  let (result, overflow) = a.addingReportingOverflow(b)
  if overflow { throw .overflow }
  return result
}

/// The product of all `factors`, or `.overflow`.
package func product(_ factors: some Sequence<Int>) throws(OperatorError) -> Int {
  var result = 1
  for factor in factors { result = try product(result, factor) }
  return result
}
