internal import Checking

/// A budget file and what is said where it cannot be used: status 2, with file, line and key.
enum BudgetFile {
  static func read(_ path: String) throws(Failure) -> Budget {
    let bytes: [UInt8]
    do throws(SmallFile.Problem) {
      bytes = try SmallFile.read(path)
    } catch {
      throw Failure(.wrongUsage, "\(path): the budget cannot be read: \(error.message)")
    }
    do throws(BudgetError) {
      return try BudgetReader.read(bytes)
    } catch {
      throw Failure(.wrongUsage, "\(path)\(error.message)")
    }
  }

  /// What a checker refuses is the command line's fault: rules need what was not given.
  static func failure(_ error: CheckerError, _ path: String) -> Failure {
    switch error {
    case .needsBaseline(let limit):
      Failure(
        .wrongUsage,
        "\(path):\(limit.line): '\(limit.figure)' is limited against a baseline, and none is given; add --baseline FILE"
      )
    case .needsMeasurement(let limit):
      Failure(
        .wrongUsage,
        "\(path):\(limit.line): '\(limit.figure)' takes a run, and this check measures nothing")
    }
  }
}

extension SmallFile.Problem {
  var message: String {
    switch self {
    case .absent: "there is no such file"
    case .unreadable(let why): why
    }
  }
}

extension JSONSyntaxError {
  /// Behind the file's name.
  var message: String {
    let what =
      switch problem {
      case .expected(let what): "expected \(what)"
      case .duplicateKey(let key): "key '\(key)' stands here a second time"
      case .tooDeep(let limit): "nested more than \(limit) deep"
      case .notUTF8: "a string is not UTF-8"
      case .badNumber(let text): "'\(text)' is no number in JSON"
      case .badEscape: "a string has an escape that JSON does not know"
      case .controlCharacter: "a string has a line break or a control character in it"
      }
    return ":\(line): \(what)"
  }
}

extension BudgetError {
  /// Behind the file's name.
  var message: String {
    switch self {
    case .syntax(let error): error.message
    case .wrongType(let line, let key, let expected, let found):
      ":\(line): '\(key)' must be \(expected), not \(found)"
    case .unknownKey(let line, let key, let known):
      ":\(line): there is no key '\(key)' here\(Self.hint(key, known))"
    case .missingKey(let line, let key): ":\(line): the key '\(key)' is missing"
    case .wrongSchema(let line, let found):
      ":\(line): 'schema' is '\(found)'; this version reads '\(Budget.schema)'"
    case .unknownWord(let line, let key, let word, let known):
      ":\(line): '\(word)' is no value for '\(key)'\(Self.hint(word, known))"
    case .unknownFigure(let line, let figure, let known):
      ":\(line): there is no figure '\(figure)'\(Self.hint(figure, known))"
    case .negative(let line, let key): ":\(line): '\(key)' must not be negative"
    case .badPercent(let line, let key, let text):
      ":\(line): '\(key)' must be a number or a percentage such as \"2%\", not '\(text)'"
    case .noBound(let line, let figure):
      ":\(line): '\(figure)' has no limit: give max, min, equals, maxIncrease or maxDecrease"
    case .notRelative(let line, let key, let figure):
      ":\(line): '\(key)' does not fit '\(figure)', which is no single number; give max, min or equals"
    }
  }

  private static func hint(_ word: String, _ known: [String]) -> String {
    if let suggestion = suggestion(for: word, among: known) { return "; did you mean '\(suggestion)'?" }
    return known.count <= 12 ? "; there are \(known.joined(separator: ", "))" : ""
  }
}
