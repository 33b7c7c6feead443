package import Network

/// TensorFlow Lite's format (LiteRT): a FlatBuffer of type `Model`, version 3.
///
/// Its operators become the network's own, so everything behind this folder sees one set of operators. Two things differ
/// from how the file tells it, and both are marked so that no figure counts them (`Node.Translation`):
///
/// - **Axes.** The file's maps have their channels last, those of the network's convolutions and poolings behind the batch.
///   A tensor keeps the layout in which it was made; an operator that needs the other one gets it through a `Transpose`.
///   Element-by-element work, concatenation, padding, slicing and means go along with the layout of what they read, so
///   that nearly all of these nodes stand at the network's ends. Inputs and outputs of the network are as in the file.
/// - **Quantised numbers.** Convolutions and fully connected layers become `QLinearConv`, which counts integer work and
///   reads weights as stored. Other operators compute with the numbers that the integers stand for, between a
///   `DequantizeLinear` and a `QuantizeLinear`; those that only move elements move the integers.
///
/// All nodes of one operator of the file have one group and execute as one layer. An operator without a translation keeps
/// its name in the domain `tflite`: its outputs have the file's types and shapes, and its work is not counted.
package enum TFLite: Format {
  package static let name = "TensorFlow Lite"

  /// The domain of operators that are not translated.
  static let domain = "tflite"
  /// The version of the network's operators that translation is written for.
  static let operatorSet = 22

  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 8 && bytes[4..<8].elementsEqual("TFL3".utf8)
  }

  package static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> Network {
    var reader = ModelTables(file: file, options: options)
    let model = try reader.read()
    var translator = ModelTranslator(model, limits: options.limits)
    let graph = try translator.translateMain()
    return Network(
      path: file.path, format: name, fileBytes: file.count, producer: model.producer,
      operatorSets: ["": operatorSet, domain: 1], formatVersion: model.version, graph: graph,
      metadata: model.metadata, findings: model.findings + translator.findings)
  }
}
