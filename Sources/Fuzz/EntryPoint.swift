#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Chosen by the environment, since the fuzzer's arguments are its own.
private let target = getenv("ASSAY_FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

/// What libFuzzer calls once. Without a target it lists them, one a line, each with the endings of its seeds.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(_: UnsafeRawPointer?, _: UnsafeRawPointer?) -> CInt {
  guard target != nil else {
    for target in FuzzTarget.allCases {
      print(([target.rawValue] + target.seedEndings).joined(separator: " "))
    }
    exit(0)
  }
  atexit { InputFile.remove() }
  return 0
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target?.feed(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}
