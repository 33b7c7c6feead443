/// An operator that knows its derivative: how the gradient of what it makes becomes that of what it is made from.
///
/// The rule is written in ordinary operators, so that the shapes, the work and the run of a gradient follow from theirs. An
/// operator without one is not differentiated, and who asks for a gradient through it is told so.
package protocol DifferentiableOperator: Operator {
  /// Says what each floating-point input contributes. An input to which nothing is given has a gradient of 0.
  /// - Throws: `.needsValue` where the rule depends on an extent or a content that is not known, `.unsupported` for a form of
  ///   the operator without a rule.
  func differentiate(_ derivation: inout Derivation) throws(OperatorError)
}
