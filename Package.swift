// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled under the same rules.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target: one folder of Sources, and what it may know of.
func layer(_ name: String, knows dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
  _ name: String, of dependencies: [Target.Dependency], excluding excluded: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], exclude: excluded,
    swiftSettings: settings)
}

// Sources in the order in which data flows: file -> network -> analysis / execution -> report.
let package = Package(
  name: "assay",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "assay", targets: ["AssayTool"]),
    .library(name: "Assay", targets: ["Assay"]),
    .plugin(name: "AssayCheckPlugin", targets: ["AssayCheckPlugin"]),
  ],
  targets: [
    // Code that is chosen at run time by the processor's instruction set.
    .target(name: "CMicrokernels"),
    layer("Kernels", knows: ["CMicrokernels"]),

    // From a file to a network.
    layer("Network"),
    layer("Formats", knows: ["Network"]),

    // What a network costs, and how it runs.
    layer("Operators", knows: ["Network", "Kernels"]),
    layer("Analysis", knows: ["Operators"]),
    layer("Execution", knows: ["Analysis", "Kernels"]),

    // What a run takes, and how both are told.
    layer("Statistics"),
    layer("Profiling", knows: ["Execution", "Analysis", "Kernels", "Statistics"]),
    layer("Checking", knows: ["Analysis", "Profiling", "Statistics"]),
    layer("Reporting", knows: ["Analysis", "Profiling", "Statistics", "Checking"]),

    // The ways in: a library, a command, a benchmark.
    layer("Assay", knows: ["Formats", "Analysis", "Reporting"]),
    layer("Commands", knows: ["Formats", "Analysis", "Execution", "Checking", "Reporting"]),
    .executableTarget(name: "AssayTool", dependencies: ["Commands"], swiftSettings: settings),
    // Builds the executable when it is called: as its dependency, every target would be built a second time for it.
    .plugin(
      name: "AssayCheckPlugin",
      capability: .command(
        intent: .custom(
          verb: "assay-check", description: "Hold the package's networks against their budget and baseline")),
      path: "Sources/AssayCheckPlugin"),
    .executableTarget(
      name: "Benchmarks",
      dependencies: ["Assay", "Kernels", "Execution", "Formats", "Analysis", "Operators", "Network"],
      swiftSettings: settings),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests("Kernels", of: ["Kernels"]),
    tests("Statistics", of: ["Statistics"]),
    tests("Profiling", of: ["Profiling"]),
    tests(
      "Checking", of: ["Checking", "Analysis", "Formats", "Network", "Profiling", "Reporting"]),
    tests("Commands", of: ["Commands", "Network", "Operators"]),
    tests("Execution", of: ["Execution", "Formats", "Analysis", "Operators", "Network", "Kernels"]),
    tests("Formats", of: ["Formats", "Network"]),
    tests("Analysis", of: ["Analysis", "Formats", "Network", "Operators"]),
    tests("Operators", of: ["Operators", "Network"], excluding: ["Cases"]),
    tests(
      "Reporting", of: ["Reporting", "Checking", "Analysis", "Profiling", "Network"],
      excluding: ["Snapshots"]),
  ]
)

// Built only by Tests/Scripts/fuzz.sh, which compiles everything with the fuzzer's instrumentation.
if Context.environment["ASSAY_FUZZ"] != nil {
  package.targets.append(
    layer(
      "Fuzz", knows: ["Commands", "Formats", "Analysis", "Checking", "Reporting", "Network"]))
}
