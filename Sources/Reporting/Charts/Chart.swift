/// A picture of figures, and the same in words for where there are no pictures.
package protocol Chart: Sendable {
  var title: String { get }
  /// What is to be seen, in a sentence or two; also read out in place of the picture.
  var summary: Prose { get }
  /// An `svg` element of `width` pixels, coloured by the page's style.
  func svg(width: Double) -> SVG
  /// What stands in place of the picture; empty if a table beside it says as much.
  var inWords: [Block] { get }
}

extension Chart {
  package var inWords: [Block] { [] }
}
