import Network

/// The types of GGUF's tensors: elements and bytes of one block, as `ggml.h` and `gguf-py` give them.
enum GGUFTypes {
  static let all: [UInt32: StorageType] = [
    0: StorageType("F32", .floatingPoint, blockBytes: 4),
    1: StorageType("F16", .floatingPoint, blockBytes: 2),
    2: quantized("Q4_0", 32, 18), 3: quantized("Q4_1", 32, 20),
    6: quantized("Q5_0", 32, 22), 7: quantized("Q5_1", 32, 24),
    8: quantized("Q8_0", 32, 34), 9: quantized("Q8_1", 32, 40),
    10: quantized("Q2_K", 256, 84), 11: quantized("Q3_K", 256, 110),
    12: quantized("Q4_K", 256, 144), 13: quantized("Q5_K", 256, 176),
    14: quantized("Q6_K", 256, 210), 15: quantized("Q8_K", 256, 292),
    16: quantized("IQ2_XXS", 256, 66), 17: quantized("IQ2_XS", 256, 74),
    18: quantized("IQ3_XXS", 256, 98), 19: quantized("IQ1_S", 256, 50),
    20: quantized("IQ4_NL", 32, 18), 21: quantized("IQ3_S", 256, 110),
    22: quantized("IQ2_S", 256, 82), 23: quantized("IQ4_XS", 256, 136),
    24: StorageType("I8", .integer, blockBytes: 1), 25: StorageType("I16", .integer, blockBytes: 2),
    26: StorageType("I32", .integer, blockBytes: 4), 27: StorageType("I64", .integer, blockBytes: 8),
    28: StorageType("F64", .floatingPoint, blockBytes: 8),
    29: quantized("IQ1_M", 256, 56),
    30: StorageType("BF16", .floatingPoint, blockBytes: 2),
    34: quantized("TQ1_0", 256, 54), 35: quantized("TQ2_0", 256, 66),
    39: quantized("MXFP4", 32, 17), 40: quantized("NVFP4", 64, 36), 41: quantized("Q1_0", 128, 18),
  ]

  private static func quantized(_ name: String, _ elements: Int, _ bytes: Int) -> StorageType {
    StorageType(name, .quantized, blockElements: elements, blockBytes: bytes)
  }
}
