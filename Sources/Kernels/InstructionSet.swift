internal import CMicrokernels

/// A form in which the microkernels exist.
package enum InstructionSet: String, Sendable, CaseIterable {
  case portable
  case avx2
  case avx512
  case avx512vnni
  /// The same with AMX: products of whole tiles of 8-bit integers. All else runs as in `avx512vnni`.
  case avx512amx
  case neon

  /// The widest form that this processor and its operating system offer.
  package static let native: InstructionSet =
    assay_has_byte_tiles() != 0 ? .avx512amx : InstructionSet(assay_detect_isa())

  private init(_ code: assay_isa) {
    switch code {
    case assay_isa_avx2: self = .avx2
    case assay_isa_avx512: self = .avx512
    case assay_isa_avx512_vnni: self = .avx512vnni
    case assay_isa_neon: self = .neon
    default: self = .portable
    }
  }

  /// Whether code in this form runs on this processor.
  package var isAvailable: Bool {
    switch self {
    case .portable: true
    case .avx2: [.avx2, .avx512, .avx512vnni, .avx512amx].contains(Self.native)
    case .avx512: [.avx512, .avx512vnni, .avx512amx].contains(Self.native)
    case .avx512vnni: [.avx512vnni, .avx512amx].contains(Self.native)
    case .avx512amx: Self.native == .avx512amx
    case .neon: Self.native == .neon
    }
  }

  var code: assay_isa {
    switch self {
    case .portable: assay_isa_portable
    case .avx2: assay_isa_avx2
    case .avx512: assay_isa_avx512
    case .avx512vnni, .avx512amx: assay_isa_avx512_vnni
    case .neon: assay_isa_neon
    }
  }
}
