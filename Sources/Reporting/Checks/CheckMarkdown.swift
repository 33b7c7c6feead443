package import Checking

/// A check as a comment on a pull request: begins with a marker that readers do not see, by which the comment of the run before
/// is found and edited instead of another being added.
package struct CheckMarkdown: Sendable {
  /// Tells apart the comments of several checks on one pull request.
  private let name: String

  package init(name: String) { self.name = name }

  /// Letters, digits and `._-` only: nothing that could end a comment in HTML.
  package static func marker(_ name: String) -> String {
    let kept = name.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "_": Character(scalar)
      default: "-"
      }
    }
    // A comment in HTML may not hold two hyphens in a row.
    let parts = String(kept).split(separator: "-")
    return "<!-- assay-check:\(parts.isEmpty ? "default" : parts.joined(separator: "-")) -->"
  }

  package func render(_ checks: [NetworkCheck]) -> String {
    Self.marker(name) + "\n" + MarkdownRenderer().render(Report(checks))
  }
}
