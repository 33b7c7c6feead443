/// A history file as it is read.
package struct History: Sendable, Equatable {
  /// In the order of the file, which is that in which checks ran.
  package var runs: [HistoryRun]
  /// Whether the last line is part of one: what a writer left that was stopped. It is not among the runs, and the next writer takes
  /// it away.
  package var isTorn: Bool

  package init(runs: [HistoryRun] = [], isTorn: Bool = false) {
    self.runs = runs
    self.isTorn = isTorn
  }
}

package enum HistoryProblem: Error, Equatable, Sendable {
  case syntax(JSONSyntaxError)
  case wrongType(key: String, expected: String)
  case otherSchema(String)
  case tooLong(limit: Int)
}

/// Why a history cannot be used, and the line that says so.
package struct HistoryError: Error, Equatable, Sendable {
  package var line: Int
  package var problem: HistoryProblem
}

/// Reads a history line by line: any bytes may come.
package enum HistoryReader {
  /// Bytes of a line: that of 256 networks takes a tenth.
  package static let lineLimit = 1 << 20

  package static func read(_ bytes: [UInt8]) throws(HistoryError) -> History {
    var history = History()
    var start = 0
    var line = 0
    while start < bytes.count {
      line += 1
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      let content = bytes[start..<(end ?? bytes.count)]
      start = (end ?? bytes.count) + 1
      // An empty line is what an editor leaves.
      if content.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
      do throws(HistoryProblem) {
        history.runs.append(try run(content))
      } catch {
        // Without its line break, the last line may be part of one.
        if end == nil, HistoryRun.mayBegin(content), isCutShort(content) {
          history.isTorn = true
        } else {
          throw HistoryError(line: line, problem: error)
        }
      }
    }
    return history
  }

  /// Whether what stands behind the last line break is no whole document, so that it was cut off in writing.
  package static func isCutShort(_ line: ArraySlice<UInt8>) -> Bool {
    do throws(JSONSyntaxError) {
      _ = try JSONReader.read(Array(line))
      return false
    } catch {
      return true
    }
  }

  private static func run(_ line: ArraySlice<UInt8>) throws(HistoryProblem) -> HistoryRun {
    guard line.count <= lineLimit else { throw .tooLong(limit: lineLimit) }
    let node: JSONNode
    do throws(JSONSyntaxError) {
      node = try JSONReader.read(Array(line))
    } catch {
      throw .syntax(error)
    }
    return try HistoryRun(node)
  }
}
