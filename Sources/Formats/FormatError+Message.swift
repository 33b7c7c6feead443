#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FormatError {
  /// One line: where, what, and what to do.
  package var message: String {
    var place = file
    if let position { place += ":\(position.line):\(position.column)" }
    var parts: [String] = []
    if let node, !node.isEmpty { parts.append("node '\(node)'") }
    if !field.isEmpty { parts.append(field) }
    if let offset, position == nil { parts.append("byte \(offset)") }
    let detail = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    let advice = problem.advice.map { "; \($0)" } ?? ""
    return Self.printable("\(place): \(problem.sentence)\(detail)\(advice)")
  }

  /// Names come from the file: what would move the cursor or turn the direction of writing is spelt out.
  private static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension FormatError.Problem {
  fileprivate var sentence: String {
    switch self {
    case .cannotOpen(let code), .cannotMap(let code): "cannot be read: \(Self.text(of: code))"
    case .notARegularFile: "is not a regular file"
    case .empty: "is empty"
    case .unrecognised(let resembles?): "is not a network in a known format; it looks like \(resembles)"
    case .unrecognised(nil): "is not a network in a known format"
    case .truncated: "ends in the middle of something"
    case .malformedNumber: "a number has more than ten bytes"
    case .malformedTag(let tag): "a field has an impossible tag, \(tag)"
    case .unmatchedGroup: "a group ends that did not begin"
    case .tooMany(let what, let limit): "has more \(what.words) than \(limit)"
    case .missingField(let name): "the field '\(name)' is missing"
    case .conflictingOperatorSets(let domain):
      "two versions of the operator set '\(domain.isEmpty ? "ai.onnx" : domain)' are imported"
    case .operatorSetVersion(let domain, let version):
      "the operator set '\(domain.isEmpty ? "ai.onnx" : domain)' has the version \(version)"
    case .attributeType(let type): "an attribute has the type \(type), which does not exist"
    case .attributeValue: "an attribute's type and value do not agree"
    case .attributeReference(let name): "an attribute refers to '\(name)' outside a function"
    case .elementType(let type): "\(type) is not an element type"
    case .negativeExtent(let extent): "a tensor has the extent \(extent)"
    case .tensorField: "a tensor's data is in a field where its element type is never stored"
    case .tensorLength(let expected, let found):
      "a tensor's shape asks for \(expected) bytes or entries, \(found) are there"
    case .segmentedTensor: "a tensor is stored in segments, which are not supported"
    case .sparseTensor(let problem): "a sparse tensor is malformed: \(problem.words)"
    case .externalPath(let location, let problem):
      "the external file '\(location)' is refused: it \(problem.words)"
    case .externalNumber(let key, let value):
      "the \(key) of external data, '\(value)', is not a number in digits"
    case .externalRange(let location, let offset, let length, let fileBytes):
      "a tensor needs bytes \(offset) to \(offset) + \(length) of '\(location)', which has \(fileBytes)"
    case .emptyOperator: "a node has no operator"
    case .emptyNode: "a node has neither inputs nor outputs"
    case .emptyName: "a name is empty"
    case .duplicateName(let name): "the name '\(name)' is given twice"
    case .undefinedName(let name): "nothing defines '\(name)'"
    case .cycle: "the node depends on its own output"
    case .duplicateFunction(let name): "the function '\(name)' is defined twice"
    case .recursiveFunction(let name): "the function '\(name)' calls itself"
    case .weightsOnly(let format):
      "is a \(format) file, which holds weights and no graph: there is nothing in it to run"
    case .formatVersion(let version): "the format's version \(version) is not known"
    case .storageType(let type): "'\(type)' is not a type that this format stores"
    case .valueType(let type): "a value has the type \(type), which does not exist"
    case .dataRange(let begin, let end, let dataBytes):
      "a tensor's data lies at \(begin) to \(end) of \(dataBytes) bytes"
    case .overlappingData(let tensor): "the data of '\(tensor)' overlaps that of another tensor"
    case .unclaimedData(let bytes): "\(bytes) bytes of data belong to no tensor"
    case .malformedTable: "a table's fields do not lie in it"
    case .reference(let list, let index): "there is no \(list)[\(index)], to which something refers"
    case .quantization(let scales): "a tensor has \(scales) scales, which its shape or zero points do not fit"
    case .malformedOperator(let reason): "an operator is malformed: \(reason)"
    case .recursiveSubgraph(let index): "subgraph \(index) calls itself"
    case .alignment(let value): "the data is aligned to '\(value)', which is no small power of two"
    case .misalignedData(let offset):
      "a tensor's data lies at \(offset), which the file's alignment does not divide"
    case .brokenBlocks(let row, let block):
      "a tensor's rows of \(row) elements are not made of whole blocks of \(block)"
    case .missingShard(let location): "'\(location)', which the index names, is not there"
    case .syntax(let expected, let found): "expected \(expected), found \(found)"
    case .byteOrder: "cannot be read on a machine that stores the highest byte first"
    }
  }

  fileprivate var advice: String? {
    switch self {
    case .cannotOpen, .cannotMap, .notARegularFile: "give the path of a readable file"
    case .empty, .truncated: "copy or download the file again"
    case .unrecognised: "give a network in one of: \(Formats.names)"
    case .tooMany(let what, _): what.isFixed ? nil : "raise the limit with --limit \(what.rawValue)=N"
    case .segmentedTensor, .byteOrder: nil
    case .externalPath(_, let problem): problem.advice
    case .weightsOnly:
      "'assay analyze' tells its parameters; to run the network, give the file that holds its graph"
    case .missingShard: "put all files of the network in one folder"
    case .externalRange: "copy or download the external file again"
    case .syntax: "correct the text there"
    default: "export the network again, or check it with the onnx package's checker"
    }
  }

  private static func text(of code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }
}

extension FormatError.Limited {
  fileprivate var words: String {
    switch self {
    case .depth: "levels inside one another"
    case .nodes: "nodes"
    case .expandedNodes: "nodes from calls of its functions"
    case .rank: "axes in one tensor"
    case .elements: "elements in one tensor"
    case .nameBytes: "bytes in one name"
    case .tensors: "tensors"
    case .entries: "keys"
    case .headerBytes: "bytes in its header"
    }
  }
}

extension FormatError.SparseProblem {
  fileprivate var words: String {
    switch self {
    case .indexType: "its indices are not of type int64"
    case .indexShape: "the shape of its indices does not fit its values"
    case .indexRange: "an index lies outside its dense shape"
    case .indexOrder: "its indices do not ascend"
    case .valueCount: "its values are not a list"
    case .denseShape: "its dense shape is empty, not positive or too large"
    }
  }
}

extension FormatError.PathProblem {
  fileprivate var words: String {
    switch self {
    case .empty: "has no name"
    case .absolute: "is not named relative to the network's folder"
    case .parent: "is named by a path that leads upwards"
    case .invalid: "is named by a path that is not well formed"
    case .symbolicLink: "is reached through a symbolic link"
    case .hardLink: "has a second name (a hard link)"
    case .notARegularFile: "is not a regular file"
    case .cannotOpen(let code):
      "cannot be opened: \(strerror(code).map { String(cString: $0) } ?? "error \(code)")"
    }
  }

  fileprivate var advice: String {
    switch self {
    case .symbolicLink, .hardLink: "copy the file itself into the network's folder, or allow links"
    case .notARegularFile, .cannotOpen: "put a readable file in its place"
    case .empty, .absolute, .parent, .invalid: "export the network again with its data beside it"
    }
  }
}
