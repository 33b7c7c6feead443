import Analysis
import Network
import Operators
import Testing

/// Intermediate layers against google-research/receptive_field's table and the formulas of Araujo, Norris, Sim
/// (Distill 2019), and the rules for what has no window.
@Suite struct ReceptiveFieldTests {
  struct Expected: Sendable {
    var file: String
    var layer: String
    var size: Int
    var stride: Int
    var padding: Int?
  }

  static let table = [
    Expected(file: "vgg16.onnx", layer: "/features/features.4/MaxPool", size: 6, stride: 2, padding: 2),
    Expected(file: "vgg16.onnx", layer: "/features/features.9/MaxPool", size: 16, stride: 4, padding: 6),
    Expected(file: "vgg16.onnx", layer: "/features/features.16/MaxPool", size: 44, stride: 8, padding: 18),
    Expected(file: "vgg16.onnx", layer: "/features/features.23/MaxPool", size: 100, stride: 16, padding: 42),
    Expected(file: "vgg16.onnx", layer: "/features/features.30/MaxPool", size: 212, stride: 32, padding: 90),
    Expected(file: "alexnet.onnx", layer: "/features/features.0/Conv", size: 11, stride: 4, padding: 2),
    Expected(file: "alexnet.onnx", layer: "/features/features.2/MaxPool", size: 19, stride: 8, padding: 2),
    Expected(file: "alexnet.onnx", layer: "/features/features.3/Conv", size: 51, stride: 8, padding: nil),
    Expected(file: "alexnet.onnx", layer: "/features/features.6/Conv", size: 99, stride: 16, padding: nil),
    Expected(file: "alexnet.onnx", layer: "/features/features.8/Conv", size: 131, stride: 16, padding: nil),
    Expected(file: "alexnet.onnx", layer: "/features/features.10/Conv", size: 163, stride: 16, padding: nil),
    Expected(
      file: "alexnet.onnx", layer: "/features/features.12/MaxPool", size: 195, stride: 32, padding: 66),
    Expected(file: "inception_v3.onnx", layer: "/maxpool2/MaxPool", size: 31, stride: 8, padding: nil),
    Expected(file: "inception_v3.onnx", layer: "/Mixed_5d/Concat", size: 127, stride: 8, padding: 50),
    Expected(file: "inception_v3.onnx", layer: "/Mixed_6a/Concat", size: 159, stride: 16, padding: nil),
    Expected(file: "inception_v3.onnx", layer: "/Mixed_6e/Concat", size: 927, stride: 16, padding: 442),
    Expected(file: "inception_v3.onnx", layer: "/Mixed_7a/Concat", size: 1055, stride: 32, padding: nil),
    Expected(file: "inception_v3.onnx", layer: "/Mixed_7c/Concat", size: 1311, stride: 32, padding: 618),
    Expected(file: "mobilenet_v1.onnx", layer: "/36/Conv", size: 59, stride: 16, padding: nil),
    Expected(file: "mobilenet_v1.onnx", layer: "/66/Conv", size: 219, stride: 16, padding: nil),
    Expected(file: "mobilenet_v1.onnx", layer: "/78/Conv", size: 315, stride: 32, padding: 157),
  ]

  @Test(arguments: table)
  func ofIntermediateLayers(expected: Expected) throws {
    let analysis = try Analyses.fixture(expected.file)
    let field = try #require(analysis.layer(expected.layer)?.receptiveField)
    for axis in field.axes {
      #expect(axis.size == expected.size)
      #expect(axis.stride == expected.stride)
      if let padding = expected.padding { #expect(axis.padding == padding) }
    }
  }

  @Test func afterFlattenIsTheWholeInput() throws {
    let layers = try Analyses.fixture("alexnet.onnx").layers
    let field = try #require(layers.last?.receptiveField)
    #expect(field.axes == Array(repeating: .init(size: nil, stride: nil, padding: nil), count: 2))
  }

  @Test func ofAttentionIsTheWholeInput() throws {
    let field = try #require(try Analyses.fixture("vit_b_16.onnx").totals.receptiveField)
    #expect(field.axes.allSatisfy { $0.size == nil })
  }

  @Test func ofTextIsNone() throws {
    #expect(try Analyses.fixture("bert_base.onnx").totals.receptiveField == nil)
  }

  @Test func gatesAreLeftOutAndNamed() throws {
    let field = try #require(try Analyses.fixture("efficientnet_b0.onnx").totals.receptiveField)
    #expect(field.gates.count == 16)
    #expect(field.gates.first == "/features/features.1/features.1.0/block/block.1/Mul")
  }

  /// Two windows of one size, padded on different sides, meet in a sum: their centres differ by one element.
  @Test func pathsThatDisagreeAreNotAligned() throws {
    let analysis = try Analyses.text(
      """
      paths (float[1,1,9,9] x) => (float[1,1,9,9] y) <float[1,1,3,3] w = {}> {
        a = Conv <kernel_shape = [3,3], pads = [1,1,1,1]> (x, w)
        b = MaxPool <kernel_shape = [3,3], pads = [0,0,2,2]> (x)
        y = Add (a, b)
      }
      """)
    #expect(analysis.totals.receptiveField?.isAligned == false)
    #expect(analysis.totals.receptiveField?.axes.first?.size == 3)
  }

  /// Dilation enters as k' = d (k - 1) + 1, and each axis is counted by itself.
  @Test func perAxisWithDilation() throws {
    let analysis = try Analyses.text(
      """
      axes (float[1,1,32,32] x) => (float[1,1,a,b] y) <float[1,1,3,5] w = {}> {
        y = Conv <kernel_shape = [3,5], strides = [2,1], dilations = [4,1], pads = [4,2,4,2]> (x, w)
      }
      """)
    let axes = try #require(analysis.totals.receptiveField?.axes)
    #expect(axes == [.init(size: 9, stride: 2, padding: 4), .init(size: 5, stride: 1, padding: 2)])
    #expect(axes[0].inputRange(at: 3) == 2...10)
  }

  /// inception_resnet_v2 of the Distill article, feature 2: the centre is element 101 with size 3039, stride 32, padding 1482.
  @Test func regionOfAnOutputPosition() throws {
    let axis = ReceptiveField.Axis(size: 3039, stride: 32, padding: 1482)
    let range = try #require(axis.inputRange(at: 2))
    #expect((range.lowerBound + range.upperBound) / 2 == 101)
    #expect(ReceptiveField.Axis(size: nil, stride: nil, padding: nil).inputRange(at: 0) == nil)
  }

  /// What is taken to look through no window looks through none, by its own word, at maps of any number of axes.
  @Test(arguments: ReceptiveFields.withoutWindow.sorted())
  func operatorsWithoutWindow(name: String) throws {
    let type = try #require(OperatorRegistry.find(domain: "", name: name))
    let attributes = [
      Attribute("to", .integer(1)), Attribute("axis", .integer(1)),
      Attribute("perm", .integers([0, 2, 1, 3])),
    ]
    let one = try type.init(AttributeReader(attributes, version: 24, inputCount: 3, outputCount: 1))
    for shape: Shape in [[1, 2, 8], [1, 2, 8, 8], [1, 2, 8, 8, 8]] {
      let fact = Fact(.float32, shape)
      for place in 0..<3 {
        switch one.reach(into: place, inputs: [fact, fact, fact], outputs: [fact]) {
        case .window, .transposedWindow, .resample: Issue.record("input \(place) of \(name)")
        case .same, .shifted, .whole, .none, .unknown: break
        }
      }
    }
  }
}
