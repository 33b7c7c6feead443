/// A line that tells how far a long command is; drawn on a terminal only.
package final class ProgressBar {
  private let stream: Stream
  private let isShown: Bool
  private var lastLine = ""

  package init(on stream: Stream, quiet: Bool) {
    self.stream = stream
    isShown = stream.isTerminal && !quiet
  }

  /// Shows `fraction` of the work done, 0 to 1, and what is being done.
  package func show(_ fraction: Double, _ activity: String) {
    guard isShown else { return }
    let width = 24
    let filled = Int((min(max(fraction, 0), 1) * Double(width)).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let line = "\r\u{1B}[2K\(bar) \(Int(min(max(fraction, 0), 1) * 100)) %  \(activity)"
    guard line != lastLine else { return }
    lastLine = line
    stream.write(line)
  }

  /// Removes the line.
  package func clear() {
    guard isShown, !lastLine.isEmpty else { return }
    stream.write("\r\u{1B}[2K")
    lastLine = ""
  }
}
