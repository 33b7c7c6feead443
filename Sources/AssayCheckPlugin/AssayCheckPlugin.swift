import Foundation
import PackagePlugin

/// `swift package assay-check`: `assay check` on the networks that a package ships, with the budget and the baseline in its root.
@main struct AssayCheckPlugin: CommandPlugin {
  static let networkExtensions = ["onnx", "onnxtxt", "tflite"]
  static let budget = "assay-budget.json"
  static let baseline = "assay-baseline.json"

  func performCommand(context: PluginContext, arguments: [String]) async throws {
    let folder = context.package.directoryURL
    var words = ["check"] + arguments
    if !isGiven("--budget", in: arguments), exists(Self.budget, in: folder) {
      words += ["--budget", Self.budget]
    }
    let isUpdate = isGiven("--update-baseline", in: arguments)
    if !isGiven("--baseline", in: arguments), isUpdate || exists(Self.baseline, in: folder) {
      words += ["--baseline", Self.baseline]
    }
    let networks = networks(of: context.package)
    if !arguments.contains(where: { path in Self.networkExtensions.contains { path.hasSuffix(".\($0)") } }) {
      guard !networks.isEmpty else {
        Diagnostics.error(
          "no target of the package holds a network; name one: swift package assay-check network.onnx")
        return
      }
      words += ["--"] + networks
    }
    guard let executable = try builtExecutable() else { return }
    let process = Process()
    process.executableURL = executable
    process.arguments = words
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    // A plugin ends with 0 or 1: the status itself can only be said.
    if process.terminationStatus != 0 {
      Diagnostics.error("assay check ended with status \(process.terminationStatus)")
    }
  }

  /// Optimised: analysing a large network unoptimised takes longer than the building.
  private func builtExecutable() throws -> URL? {
    let result = try packageManager.build(
      .product("assay"), parameters: PackageManager.BuildParameters(configuration: .release))
    let executable = result.builtArtifacts.first {
      $0.kind == .executable && $0.url.lastPathComponent == "assay"
    }
    guard result.succeeded, let executable else {
      Diagnostics.error("assay cannot be built:\n\(result.logText)")
      return nil
    }
    return executable.url
  }

  private func isGiven(_ option: String, in arguments: [String]) -> Bool {
    arguments.contains { $0 == option || $0.hasPrefix("\(option)=") }
  }

  private func exists(_ file: String, in folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path)
  }

  /// Files of the package's own targets that are networks by their extension, relative to its root, in order.
  private func networks(of package: Package) -> [String] {
    let root = package.directoryURL.path + "/"
    let files = package.targets.compactMap { $0 as? any SourceModuleTarget }.flatMap { Array($0.sourceFiles) }
    let paths = files.map(\.url).filter { Self.networkExtensions.contains($0.pathExtension) }.map(\.path)
    return Set(paths.map { $0.hasPrefix(root) ? String($0.dropFirst(root.count)) : $0 }).sorted()
  }
}
