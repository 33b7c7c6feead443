extension HistoryRun {
  /// One line, with the line break at its end.
  package var line: String {
    let document = JSONNode.Content.object([
      .init("schema", .string(Self.schema)), .init("commit", .string(commit)), .init("time", .string(time)),
      .init("networks", .object(networks.map { .init($0.name, $0.json) })),
    ])
    return JSONText.line(JSONNode(document)) + "\n"
  }

  package init(_ node: JSONNode) throws(HistoryProblem) {
    guard node.members != nil else { throw .wrongType(key: "the line", expected: "an object") }
    guard let schema = node["schema"]?.string else { throw .wrongType(key: "schema", expected: "a string") }
    guard schema == Self.schema else { throw .otherSchema(schema) }
    guard let commit = node["commit"]?.string else { throw .wrongType(key: "commit", expected: "a string") }
    guard let time = node["time"]?.string else { throw .wrongType(key: "time", expected: "a string") }
    guard let members = node["networks"]?.members else {
      throw .wrongType(key: "networks", expected: "an object")
    }
    var networks: [HistoryNetwork] = []
    for member in members { networks.append(try HistoryNetwork(member)) }
    self.init(commit: commit, time: time, networks: networks)
  }
}

extension HistoryNetwork {
  fileprivate var json: JSONNode.Content {
    var members: [JSONNode.Member] = [
      .init(
        "figures",
        .object(
          figures.compactMap { figure in
            switch figure.value {
            case .integer(let value): .init(figure.key, .integer(value))
            case .number(let value): .init(figure.key, .number(value))
            case .flag(let value): .init(figure.key, .boolean(value))
            case .unknown, .axes: nil
            }
          }))
    ]
    if let measured {
      members.append(
        .init(
          "measured",
          .object([
            .init("conditions", .string(measured.conditions)),
            .init("milliseconds", .number(measured.milliseconds)),
            .init("logarithmicRatio", .number(measured.logarithmicRatio)),
          ])))
    }
    return .object(members)
  }

  fileprivate init(_ member: JSONNode.Member) throws(HistoryProblem) {
    guard let figures = member.value["figures"]?.members else {
      throw .wrongType(key: "figures", expected: "an object")
    }
    self.init(name: member.key, figures: [])
    for figure in figures {
      switch figure.value.content {
      case .integer(let value): self.figures.append((figure.key, .integer(value)))
      case .number(let value): self.figures.append((figure.key, .number(value)))
      case .boolean(let value): self.figures.append((figure.key, .flag(value)))
      default: throw .wrongType(key: figure.key, expected: "a number")
      }
    }
    guard let measured = member.value["measured"] else { return }
    guard let conditions = measured["conditions"]?.string else {
      throw .wrongType(key: "conditions", expected: "a string")
    }
    guard let milliseconds = measured["milliseconds"]?.number, milliseconds > 0 else {
      throw .wrongType(key: "milliseconds", expected: "a number above 0")
    }
    guard let ratio = measured["logarithmicRatio"]?.number, ratio.magnitude < 100 else {
      throw .wrongType(key: "logarithmicRatio", expected: "a number between -100 and 100")
    }
    self.measured = HistoryMeasurement(
      conditions: conditions, milliseconds: milliseconds, logarithmicRatio: ratio)
  }
}

extension JSONNode.Member {
  fileprivate init(_ key: String, _ content: JSONNode.Content) {
    self.init(key: key, value: JSONNode(content))
  }
}

extension HistoryRun {
  /// Whether `bytes` can be the beginning of a line as `line` writes it.
  package static func mayBegin(_ bytes: ArraySlice<UInt8>) -> Bool {
    let beginning = Array("{\"schema\": \(JSONText.quoted(schema))".utf8)
    return zip(bytes, beginning).allSatisfy { $0 == $1 }
  }
}
