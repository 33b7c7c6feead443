import CMicrokernels

// swift-format-ignore: AlwaysUseLowerCamelCase
/// A structure of the microkernels, with names as C writes them, that holds a window's sizes.
protocol MicrokernelWindow {
  var kernel_height: Int32 { get set }
  var kernel_width: Int32 { get set }
  var stride_height: Int32 { get set }
  var stride_width: Int32 { get set }
  var dilation_height: Int32 { get set }
  var dilation_width: Int32 { get set }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
/// A structure that holds the padding on all sides, too.
protocol PaddedMicrokernelWindow: MicrokernelWindow {
  var pad_top: Int32 { get set }
  var pad_left: Int32 { get set }
  var pad_bottom: Int32 { get set }
  var pad_right: Int32 { get set }
}

extension MicrokernelWindow {
  mutating func setWindow(_ parameters: ConvolutionParameters) {
    kernel_height = Int32(parameters.kernel.height)
    kernel_width = Int32(parameters.kernel.width)
    stride_height = Int32(parameters.stride.height)
    stride_width = Int32(parameters.stride.width)
    dilation_height = Int32(parameters.dilation.height)
    dilation_width = Int32(parameters.dilation.width)
  }
}

extension PaddedMicrokernelWindow {
  mutating func setPaddedWindow(_ parameters: ConvolutionParameters) {
    setWindow(parameters)
    pad_top = Int32(parameters.padding.top)
    pad_left = Int32(parameters.padding.left)
    pad_bottom = Int32(parameters.padding.bottom)
    pad_right = Int32(parameters.padding.right)
  }
}

extension assay_convolution: MicrokernelWindow {}
extension assay_byte_convolution: MicrokernelWindow {}
extension assay_byte_depthwise: MicrokernelWindow {}
extension assay_integer_window: MicrokernelWindow {}
extension assay_pooling: PaddedMicrokernelWindow {}
extension assay_byte_pooling: PaddedMicrokernelWindow {}
