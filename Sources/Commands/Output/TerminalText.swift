internal import Reporting

/// Names from files in lines for a terminal.
enum TerminalText {
  /// Control characters made visible, so that no name moves the cursor or colours the screen.
  static func visible(_ text: String) -> String { Escaping.visible(text) }
}
