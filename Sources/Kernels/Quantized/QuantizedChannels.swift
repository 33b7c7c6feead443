internal import CMicrokernels

/// Images of 8-bit numbers put together along the channels, each number replaced by what a table says.
///
/// With one image it is any function of 8-bit numbers by themselves.
package struct QuantizedChannels: PreparedKernel {
  package let choice: KernelChoice
  private let pieces: [(layout: ByteImageLayout, table: [UInt8]?)]
  private let output: ByteImageLayout

  /// - Parameter tables: 256 entries for each image; nil where the numbers stay.
  package init(
    _ layouts: [ByteImageLayout], tables: [[UInt8]?], output: ByteImageLayout, name: String,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    let fits = layouts.allSatisfy {
      ($0.batch, $0.height, $0.width) == (output.batch, output.height, output.width)
    }
    guard fits, layouts.count == tables.count,
      layouts.reduce(0, { $0 + $1.channels }) == output.channels,
      tables.allSatisfy({ $0 == nil || $0?.count == 256 })
    else { throw .layout }
    pieces = zip(layouts, tables).map { ($0, $1) }
    self.output = output
    choice = KernelChoice(kernel: name, instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    var image = output.image
    writeBorder(output, call)
    let rows = call.share(of: output.rows)
    let (first, last) = (Int64(rows.lowerBound), Int64(rows.upperBound))
    let target = call.outputs[0].assumingMemoryBound(to: UInt8.self)
    var channel = 0
    for (index, piece) in pieces.enumerated() {
      let source = call.inputs[index].assumingMemoryBound(to: UInt8.self)
      var from = piece.layout.image
      if let table = piece.table {
        assay_byte_place_rows(&from, &image, Int32(channel), table, source, target, first, last)
      } else {
        assay_byte_place_rows(&from, &image, Int32(channel), nil, source, target, first, last)
      }
      channel += piece.layout.channels
    }
  }
}
