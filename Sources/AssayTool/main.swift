internal import Commands

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

ignoreBrokenPipes()
reportLostFiles()
exit(runAssay(Array(CommandLine.arguments.dropFirst())).rawValue)
