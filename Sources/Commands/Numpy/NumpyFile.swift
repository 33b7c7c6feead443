internal import Network
package import Operators

/// Tensors as `.npy` files, versions 1 to 3 of the format (numpy.lib.format): how Python's users bring and take arrays.
package enum NumpyFile {
  package enum Failure: Error, Equatable {
    /// The bytes do not begin as an array file does.
    case notNumpy
    case truncated(needed: Int, found: Int)
    /// The header is not the dictionary that the format asks for.
    case header(String)
    /// A type that no tensor has here, for example a structure.
    case type(String)
    case tooLarge

    package var message: String {
      switch self {
      case .notNumpy: "it does not begin as a .npy file does"
      case .truncated(let needed, let found): "it is cut short, \(found) bytes of \(needed)"
      case .header(let part): "its header is wrong: \(part)"
      case .type(let name): "elements of type '\(name)' have no counterpart"
      case .tooLarge: "its extents are more than memory holds"
      }
    }
  }

  /// Reads an array, C or Fortran order, either byte order.
  package static func read(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> DenseTensor {
    let (header, dataOffset) = try readHeader(bytes)
    let (element, isBigEndian) = try elementType(header.type)
    guard let count = Shape(header.dimensions).elementCount, let size = element.byteCount(of: count) else {
      throw .tooLarge
    }
    guard bytes.count - dataOffset >= size else {
      throw .truncated(needed: size, found: bytes.count - dataOffset)
    }
    let tensor: DenseTensor
    do throws(OperatorError) { tensor = try DenseTensor(element, header.dimensions) } catch {
      throw .tooLarge
    }
    let data = UnsafeRawBufferPointer(rebasing: bytes[dataOffset..<dataOffset + size])
    copy(data, to: tensor, width: element.bits / 8, isBigEndian: isBigEndian, isFortran: header.isFortran)
    return tensor
  }

  /// An array file of `tensor`; bfloat16 and the smaller floats, which numpy has no name for, are written as raw bytes
  /// (`V2`, `V1`).
  package static func write(_ tensor: DenseTensor) -> [UInt8] {
    let shape = tensor.dimensions.map(String.init).joined(separator: ", ")
    let tuple = tensor.rank == 1 ? "(\(shape),)" : "(\(shape))"
    var header = "{'descr': '\(typeName(tensor.element))', 'fortran_order': False, 'shape': \(tuple), }"
    // The data begins at a multiple of 64 bytes, after a line feed.
    let padding = (64 - (10 + header.utf8.count + 1) % 64) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var bytes = magic + [1, 0, UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)]
    bytes += header.utf8
    bytes += UnsafeRawBufferPointer(start: tensor.buffer.base, count: tensor.byteCount)
    return bytes
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  private static func readHeader(
    _ bytes: UnsafeRawBufferPointer
  ) throws(Failure) -> (header: NumpyHeader, dataOffset: Int) {
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else { throw .notNumpy }
    let lengthWidth = bytes[6] == 1 ? 2 : 4
    guard (1...3).contains(bytes[6]), bytes.count >= 8 + lengthWidth else { throw .notNumpy }
    let length = (0..<lengthWidth).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthWidth
    guard bytes.count - start >= length else { throw .truncated(needed: length, found: bytes.count - start) }
    let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
    return (try NumpyHeader(text), start + length)
  }

  private static func elementType(_ name: String) throws(Failure) -> (ElementType, isBigEndian: Bool) {
    guard let order = name.first, "<>|=".contains(order) else { throw .type(name) }
    let element: ElementType? =
      switch name.dropFirst() {
      case "f4": .float32
      case "f8": .float64
      case "f2": .float16
      case "i1": .int8
      case "i2": .int16
      case "i4": .int32
      case "i8": .int64
      case "u1": .uint8
      case "u2": .uint16
      case "u4": .uint32
      case "u8": .uint64
      case "b1": .bool
      case "c8": .complex64
      case "c16": .complex128
      default: nil
      }
    guard let element else { throw .type(name) }
    return (element, order == ">")
  }

  private static func typeName(_ element: ElementType) -> String {
    switch element {
    case .float32: "<f4"
    case .float64: "<f8"
    case .float16: "<f2"
    case .int8: "|i1"
    case .int16: "<i2"
    case .int32: "<i4"
    case .int64: "<i8"
    case .uint8: "|u1"
    case .uint16: "<u2"
    case .uint32: "<u4"
    case .uint64: "<u8"
    case .bool: "|b1"
    case .complex64: "<c8"
    case .complex128: "<c16"
    case .bfloat16: "|V2"
    default: "|V1"
    }
  }

  private static func copy(
    _ source: UnsafeRawBufferPointer, to tensor: DenseTensor, width: Int, isBigEndian: Bool, isFortran: Bool
  ) {
    let target = UnsafeMutableRawBufferPointer(start: tensor.buffer.base, count: tensor.byteCount)
    if !isFortran {
      target.copyMemory(from: source)
    } else {
      for index in 0..<tensor.elementCount {
        let place = fortranPlace(of: index, tensor.dimensions) * width
        for byte in 0..<width { target[index * width + byte] = source[place + byte] }
      }
    }
    if isBigEndian {
      // A complex number is two floats, each with its own byte order.
      let part = tensor.element == .complex64 || tensor.element == .complex128 ? width / 2 : width
      for start in stride(from: 0, to: target.count, by: part) {
        target[start..<start + part].reverse()
      }
    }
  }

  /// Where the element of row-major place `index` lies when the first axis varies fastest.
  private static func fortranPlace(of index: Int, _ dimensions: [Int]) -> Int {
    var remaining = index
    var coordinates = [Int](repeating: 0, count: dimensions.count)
    for axis in dimensions.indices.reversed() {
      coordinates[axis] = remaining % dimensions[axis]
      remaining /= dimensions[axis]
    }
    var place = 0
    for axis in dimensions.indices.reversed() { place = place * dimensions[axis] + coordinates[axis] }
    return place
  }
}
