import Foundation
import Operators
import Testing

@Suite struct OperatorRegistryTests {
  /// Every type in the folder of operators that declares a name of an ONNX operator is registered, under that name.
  @Test func everyFileIsRegistered() throws {
    let registered = Set(OperatorRegistry.all.map { String(describing: $0) })
    let declared = try Self.declaredOperators()
    #expect(declared.count >= 50)
    for (type, _, file) in declared where !registered.contains(type) {
      Issue.record("\(type) in \(file) is not in OperatorRegistry")
    }
    #expect(registered.subtracting(declared.map(\.type)) == [], "registered, but not found in the folder")
  }

  /// One operator, one file, named as the operator or, where another one has that name, as its type.
  @Test func everyOperatorHasItsOwnFile() throws {
    for (file, operators) in Dictionary(grouping: try Self.declaredOperators(), by: \.file) {
      #expect(operators.count == 1, "\(file) holds \(operators.map(\.type))")
      let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      for (type, name, _) in operators where stem != type && stem != name {
        Issue.record("\(file) holds \(type), which is \(name)")
      }
    }
  }

  @Test func namesAreUniqueAndFound() {
    var seen: Set<String> = []
    for kind in OperatorRegistry.all {
      #expect(
        seen.insert("\(kind.domain):\(kind.name)").inserted, "\(kind.domain):\(kind.name) is listed twice")
      let found = OperatorRegistry.find(domain: kind.domain, name: kind.name)
      #expect(found.map { String(describing: $0) } == String(describing: kind))
    }
    #expect(OperatorRegistry.find(domain: "ai.onnx", name: "Conv") != nil)
    #expect(OperatorRegistry.find(domain: "", name: "NoSuchOperator") == nil)
  }

  /// Structs in Sources/Operators whose body gives a static `name`, with that name and their files.
  private static func declaredOperators(
    file: String = #filePath
  ) throws -> [(type: String, name: String, file: String)] {
    let root = URL(fileURLWithPath: file).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources/Operators")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter {
      $0.hasSuffix(".swift")
    }
    var declared: [(String, String, String)] = []
    for path in paths {
      let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
      var current = ""
      for line in text.split(separator: "\n") {
        let words = line.split(whereSeparator: { " :{".contains($0) }).map(String.init)
        if let place = words.firstIndex(of: "struct"), place + 1 < words.count, place < 2 {
          current = words[place + 1]
        }
        if line.contains("static let name = \""), line.hasPrefix("  ") {
          declared.append(
            (current, line.split(separator: "\"").dropFirst().first.map(String.init) ?? "", path))
        }
      }
    }
    return declared
  }
}
