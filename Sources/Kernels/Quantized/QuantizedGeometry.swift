internal import CMicrokernels

extension QuantizedConvolution {
  /// How a convolution of bytes is cut into what the microkernels compute.
  struct Geometry {
    let parameters: ConvolutionParameters
    let input: ByteImageLayout
    let output: ByteImageLayout
    let form: UnsafePointer<assay_byte_form>
    /// Groups are joined until they make a multiple of 16 channels; weights between different groups are 0.
    let parts: Int
    let partInputChannels: Int
    let partOutputChannels: Int
    /// Whether windows are copied together first.
    let gathers: Bool
    let segmentOffsets: [Int64]
    let segmentBytes: Int
    /// Taps of a row that lie in one segment.
    let tapsInSegment: Int
    /// Groups of 4 bytes in a segment, or in a gathered window.
    let depthGroups: Int
    let viewImages: Int
    let viewPixels: Int
    let viewRow: Int
    let viewImagePitch: Int
    let chunk: Int

    init(
      _ parameters: ConvolutionParameters, input: ByteImageLayout, output: ByteImageLayout,
      _ instructionSet: InstructionSet
    ) throws(ConvolutionError) {
      guard input.isInput(of: parameters), output.isOutput(of: parameters), input.halo >= parameters.halo
      else { throw .layout }
      guard let form = assay_byte_form_for(instructionSet.code, instructionSet == .avx512amx ? 1 : 0) else {
        throw .unsupported
      }
      self.parameters = parameters
      self.input = input
      self.output = output
      self.form = form
      parts = Self.parts(parameters)
      partInputChannels = parameters.inputChannels / parts
      partOutputChannels = parameters.outputChannels / parts
      let isWhole = parts == 1 && parameters.dilation.width == 1
      let (kernel, dilation) = (parameters.kernel, parameters.dilation)
      tapsInSegment = isWhole ? kernel.width : 1
      segmentBytes = isWhole ? kernel.width * input.pixelPitch : partInputChannels
      segmentOffsets = (0..<kernel.height).flatMap { y in
        (0..<(isWhole ? 1 : kernel.width)).map { x in
          Int64(y * dilation.height * input.rowPitch + x * dilation.width * input.pixelPitch)
        }
      }
      let isDense = parameters.isPointwise && input.halo == 0
      gathers =
        parameters.stride != .init(1, 1)
        || (!isDense && 2 * (input.width + 2 * input.halo) > 3 * parameters.output.width)
      let multiple = Int(form.pointee.group_multiple)
      let depth = gathers ? segmentOffsets.count * segmentBytes : segmentBytes
      depthGroups = ((depth + 3) / 4 + multiple - 1) / multiple * multiple
      let pixels = parameters.output.height * parameters.output.width
      if gathers || isDense {
        (viewImages, viewPixels) = (1, parameters.batch * pixels)
        (viewRow, viewImagePitch) = (parameters.output.width, 0)
      } else {
        viewRow = input.width + 2 * input.halo
        viewImages = parameters.batch
        viewPixels = (parameters.output.height - 1) * viewRow + parameters.output.width
        viewImagePitch = input.imagePitch
      }
      let segments = gathers ? 1 : segmentOffsets.count
      let weightBytes = (partOutputChannels + 15) / 16 * 64 * depthGroups * segments
      chunk = Self.chunk(
        bytesPerPixel: gathers ? depthGroups * 4 + 64 : input.pixelPitch, weightBytes: weightBytes,
        rows: Int(form.pointee.rows), pixels: viewPixels)
    }

    private static func parts(_ parameters: ConvolutionParameters) -> Int {
      let each = parameters.outputChannels / parameters.groups
      for parts in stride(from: parameters.groups, to: 1, by: -1) where parameters.groups % parts == 0 {
        if parameters.groups / parts * each % 16 == 0 { return parts }
      }
      return 1
    }

    /// Pixels done for all channels at once: as many as stay in the first-level cache, unless the weights are so large that
    /// reading them again costs more.
    private static func chunk(bytesPerPixel: Int, weightBytes: Int, rows: Int, pixels: Int) -> Int {
      let budget = weightBytes > 256 << 10 ? 512 << 10 : 24 << 10
      let fitting = max(1, budget / bytesPerPixel / rows) * rows
      return min(fitting, (pixels + rows - 1) / rows * rows)
    }

    var panels: Int { (partOutputChannels + 15) / 16 }
    var segments: Int { gathers ? 1 : segmentOffsets.count }
    var panelBytes: Int { depthGroups * 64 * segments }
    var partBytes: Int { panels * panelBytes }
    var scratchBytes: Int { gathers ? chunk * gatheredPitch + ByteImageLayout.slack : 0 }
    private var gatheredPitch: Int { ((4 * depthGroups + 63) / 64 | 1) * 64 }

    var tile: String { "\(form.pointee.rows) pixels x \(form.pointee.panels * 16) channels" }

    var reason: String {
      gathers
        ? "sums are exact in 32 bits; windows are brought together first, for their pixels do not follow each other"
        : "sums are exact in 32 bits; windows are read where they lie"
    }

    /// What the microkernels are told of one part; how its sums are rounded is left to the caller.
    func work(_ weights: PackedByteWeights, part: Int) -> assay_byte_convolution {
      var work = assay_byte_convolution()
      work.form = form
      work.in = input.image
      work.out = output.image
      work.setWindow(parameters)
      work.origin = input.origin(of: parameters)
      work.gathers = gathers ? 1 : 0
      work.segments = Int32(segmentOffsets.count)
      work.segment_bytes = Int64(segmentBytes)
      work.groups = Int32(depthGroups)
      work.view_images = Int32(viewImages)
      (work.view_pixels, work.view_row) = (Int64(viewPixels), Int64(viewRow))
      work.view_image_pitch = Int64(viewImagePitch)
      work.chunk = Int64(chunk)
      work.panels = Int32(panels)
      work.segment_offsets = weights.segmentOffsets
      work.weights = weights.bytes + part * partBytes
      return work
    }

    /// `[part][panel of 16 filters][segment][group of 4 bytes][filter][byte]`; `target` is zero before.
    func pack(_ weights: UnsafeBufferPointer<Int8>, into target: UnsafeMutablePointer<Int8>) {
      let (height, width) = (parameters.kernel.height, parameters.kernel.width)
      let depth = parameters.inputChannels / parameters.groups
      let filters = parameters.outputChannels / parameters.groups
      let segmentPitch = gathers ? segmentBytes : depthGroups * 4
      for filter in 0..<parameters.outputChannels {
        let (part, within) = filter.quotientAndRemainder(dividingBy: partOutputChannels)
        let (panel, lane) = within.quotientAndRemainder(dividingBy: 16)
        let base = target + part * partBytes + panel * panelBytes + lane * 4
        // Where the filter's own group begins in the part's channels.
        let channel = filter / filters * depth - part * partInputChannels
        for tap in 0..<height * width {
          let segment = tap / tapsInSegment
          let start = segment * segmentPitch + tap % tapsInSegment * input.pixelPitch + channel
          var source = filter * depth * height * width + tap
          for position in start..<start + depth {
            base[position / 4 * 64 + position % 4] = weights[source]
            source += height * width
          }
        }
      }
    }
  }
}

extension QuantizedConvolution {
  /// How threads share a convolution: by chunks of pixels, or by panels of channels where there are too few chunks or
  /// the weights are what has to be read.
  struct Sharing: Sendable {
    let chunks: Int
    let panels: Int
    /// Panels that are computed together.
    let step: Int
    let splitsChannels: Bool

    func share(of call: borrowing KernelCall) -> (chunks: Range<Int>, panels: Range<Int>) {
      let pairs = (panels + step - 1) / step
      let shares = call.parts
      if shares > 1, chunks < shares || splitsChannels && pairs >= shares {
        let share = call.share(of: pairs)
        return (0..<chunks, share.lowerBound * step..<min(share.upperBound * step, panels))
      }
      return (call.share(of: chunks), 0..<panels)
    }
  }
}

extension QuantizedConvolution.Geometry {
  var sharing: QuantizedConvolution.Sharing {
    QuantizedConvolution.Sharing(
      chunks: viewImages * ((viewPixels + chunk - 1) / chunk), panels: panels,
      step: Int(form.pointee.panels), splitsChannels: partBytes > input.byteCount)
  }
}

/// A convolution's weights, and where windows find their segments, as microkernels want them.
final class PackedByteWeights: Sendable {
  private let weights: PackedFloats
  private let offsets: PackedFloats

  /// - Parameter weights: `O, I / groups, KH, KW`
  init(
    _ weights: UnsafeBufferPointer<Int8>, of geometry: QuantizedConvolution.Geometry
  ) throws(MemoryError) {
    self.weights = try PackedFloats(count: geometry.partBytes * geometry.parts / 4) {
      geometry.pack(weights, into: UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int8.self))
    }
    offsets = try PackedFloats(count: 2 * geometry.segmentOffsets.count) {
      UnsafeMutableRawPointer($0).copyMemory(
        from: geometry.segmentOffsets, byteCount: geometry.segmentOffsets.count * MemoryLayout<Int64>.stride)
    }
  }

  var byteCount: Int { weights.byteCount + offsets.byteCount }
  var bytes: UnsafePointer<Int8> {
    UnsafeRawPointer(weights.pointer).assumingMemoryBound(to: Int8.self)
  }
  var segmentOffsets: UnsafePointer<Int64> {
    UnsafeRawPointer(offsets.pointer).assumingMemoryBound(to: Int64.self)
  }
}

extension ByteImageLayout {
  /// Bytes from the first stored pixel to the first tap of the first window.
  func origin(of parameters: ConvolutionParameters) -> Int64 {
    Int64((halo - parameters.padding.top) * rowPitch + (halo - parameters.padding.left) * pixelPitch)
  }
}
