internal import Network

/// The classes that a classifier of ai.onnx.ml tells apart.
struct ClassLabels: Sendable {
  let list: LabelList

  init(_ attributes: borrowing AttributeReader, integers: String, strings: String) throws(OperatorError) {
    guard let list = try LabelList(attributes, strings: strings, integers: integers) else {
      throw .missingAttribute(integers)
    }
    self.list = list
  }

  var count: Int { list.count }
  var element: ElementType { list.element }
}
