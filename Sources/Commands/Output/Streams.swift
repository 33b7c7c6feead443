#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Where a command's output goes: data to `output`, progress and warnings to `error`.
package struct Streams: Sendable {
  package let output: Stream
  package let error: Stream

  /// Whether the process ends with the command that writes to them.
  private let endWithProcess: Bool

  package static let standard = Streams(
    output: Stream(descriptor: 1), error: Stream(descriptor: 2), endWithProcess: true)

  package init(output: Stream, error: Stream) {
    self.init(output: output, error: error, endWithProcess: false)
  }

  private init(output: Stream, error: Stream, endWithProcess: Bool) {
    self.output = output
    self.error = error
    self.endWithProcess = endWithProcess
  }

  /// Says that a value is needed no more. Freeing what is known of a large network piece by piece takes as long as reading it, so
  /// where the process ends anyway it is left to that.
  func abandon<Value>(_ value: Value) {
    if endWithProcess { _ = Unmanaged.passRetained(Abandoned(value)) }
  }
}

private final class Abandoned<Value> {
  let value: Value
  init(_ value: Value) { self.value = value }
}

/// An open file descriptor that text is written to.
package struct Stream: Sendable {
  package let descriptor: Int32

  package init(descriptor: Int32) { self.descriptor = descriptor }

  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal; nil where it is none or does not tell.
  package var width: Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Whether colours are wanted: on a terminal, unless `NO_COLOR` (no-color.org) is set or the terminal is dumb.
  package var wantsColor: Bool {
    guard isTerminal else { return false }
    if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
    guard let terminal = getenv("TERM") else { return false }
    return strcmp(terminal, "dumb") != 0
  }

  /// Writes all of `text`. A reader that has closed its end wants no more, which is no error.
  package func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = writeAllBytes(UnsafeRawBufferPointer($0), to: descriptor) }
  }
}

/// Writes `bytes` in as many calls as it takes; false if one fails.
func writeAllBytes(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
  var offset = 0
  while offset < bytes.count {
    let written = write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
    if written > 0 { offset += written } else if errno != EINTR { return false }
  }
  return true
}

/// Lets a write to a closed pipe fail instead of ending the process.
package func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
