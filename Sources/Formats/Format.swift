package import Network

/// One kind of file that holds a network.
package protocol Format: Sendable {
  /// For example `ONNX`; reports print it.
  static var name: String { get }
  /// Whether these bytes look like a file of this kind; judged by content, since names lie. Reads a few thousand
  /// bytes at most.
  static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool
  static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> Network
}

/// How a file is to be read.
package struct ReadOptions: Sendable {
  package var limits: Limits
  /// Follow symbolic links and accept hard links when opening external data. Off, because a network from somewhere
  /// else could name any file that way; caches of downloads need it on.
  package var followsLinks: Bool

  package init(limits: Limits = Limits(), followsLinks: Bool = false) {
    self.limits = limits
    self.followsLinks = followsLinks
  }
}
