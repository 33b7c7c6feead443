import Analysis
import Network
import Testing

/// What is known of sequences of tensors: their elements, and from those their bytes.
///
/// The first eight networks are those of ONNX's own backend tests (`test_sequence_model1` to `8`). Sizes are the shapes multiplied
/// out by hand, 4 bytes a float, 8 a double or int64; shapes of outputs are also those that ONNX's reference evaluator gives.
@Suite struct SequenceTests {
  private func analysis(_ text: String, _ options: AnalysisOptions = AnalysisOptions()) throws
    -> StaticAnalysis
  {
    try Analyses.text(text, options, header: #"<ir_version: 7, opset_import: ["" : 17]>"#)
  }

  private func output(_ analysis: StaticAnalysis) -> TensorType? {
    analysis.network.outputs.first?.type.tensor
  }

  /// X, Y, Z of 96, 48, 144 bytes; sequences of 1, 2, 3 of them; Y is the third of X, Z, Y.
  @Test func inserted() throws {
    let found = try analysis(
      """
      model1 (float[2,3,4] X, float[1,3,4] Y, float[3,3,4] Z) => (float[?,3,4] out)
        <int64 pos = {1}, int64 pos_at = {2}> {
        Seq_empty = SequenceEmpty ()
        Seq_1 = SequenceInsert (Seq_empty, X)
        Seq_2 = SequenceInsert (Seq_1, Y)
        Seq_3 = SequenceInsert (Seq_2, Z, pos)
        out = SequenceAt (Seq_3, pos_at)
      }
      """)
    #expect(found.totals.completeness.isComplete)
    #expect(output(found) == TensorType(.float32, [1, 3, 4]))
    #expect(found.totals.activations.total == Extent(elements: 216, bytes: 288 + 96 + 144 + 288 + 48))
    // While Z is inserted there are Z, the two others in their sequence, and the longer sequence.
    #expect(found.totals.activations.peakLiveness?.extent == Extent(elements: 144, bytes: 144 + 144 + 288))
    #expect(found.layers.map(\.bytesMoved) == [192, 96 + 48 + 144, 144 + 144 + 288 + 8, 288 + 48 + 8])
  }

  /// Erased and inserted at positions counted from the end.
  @Test func erased() throws {
    let found = try analysis(
      """
      model3 (float[2,3,4] X, float[5] Y, float[2,3,4] Z) => (float[?] out)
        <int64 erase = {-3}, int64 insert = {-1}, int64 at = {0}> {
        seq_1 = SequenceConstruct (X, Y, Z)
        seq_2 = SequenceErase (seq_1, erase)
        seq_3 = SequenceInsert (seq_2, X, insert)
        out = SequenceAt (seq_3, at)
      }
      """)
    #expect(found.totals.completeness.isComplete)
    // Of X, Y, Z are left Y, Z; X between them.
    #expect(output(found) == TensorType(.float32, [5]))
    #expect(found.layers.map { $0.activations?.bytes } == [212, 116, 212, 20])
  }

  @Test(arguments: [
    ("axis = 1", [2, 9, 4]), ("axis = -1, new_axis = 1", [2, 3, 4, 3]),
    ("axis = 0, new_axis = 1", [3, 2, 3, 4]),
  ])
  func joined(attributes: String, shape: [Int]) throws {
    let found = try analysis(
      """
      model4 (float[2,3,4] X, float[2,3,4] Y, float[2,3,4] Z) => (out) {
        seq_1 = SequenceConstruct (X, Y, Z)
        out = ConcatFromSequence <\(attributes)> (seq_1)
      }
      """)
    #expect(found.totals.completeness.isComplete)
    #expect(output(found) == TensorType(.float32, Shape(shape)))
    #expect(found.totals.activations.total == Extent(elements: 216, bytes: 864))
    #expect(found.layers.map(\.bytesMoved) == [576, 576])
  }

  @Test func cutIntoSlices() throws {
    let found = try analysis(
      """
      model7 (double[2,3,4] X, int64 pos) => (out, len, again) <int64 pos_at = {1}> {
        seq = SplitToSequence <axis = 0, keepdims = 0> (X)
        out = SequenceAt (seq, pos)
        kept = SplitToSequence <axis = -1> (X)
        len = SequenceLength (kept)
        again = ConcatFromSequence <axis = 2> (kept)
      }
      """)
    #expect(found.totals.completeness.isComplete)
    #expect(
      found.network.outputs.map(\.type) == [
        .tensor(TensorType(.float64, [3, 4])), .tensor(TensorType(.int64, .scalar)),
        .tensor(TensorType(.float64, [2, 3, 4])),
      ])
    #expect(found.layers.map { $0.activations?.bytes } == [192, 96, 192, 192])
  }

  /// Whatever the parts are, together they are as large as what was cut.
  @Test func cutAsTheRunSays() throws {
    let found = try analysis(
      """
      model8 (float[n,2] X, int64[3] Splits) => (seq(float[?,2]) seq, int64 len) {
        seq = SplitToSequence (X, Splits)
        len = SequenceLength (seq)
      }
      """, AnalysisOptions(dimensions: ["n": 7]))
    #expect(found.totals.completeness.isComplete)
    #expect(found.layers.map { $0.activations?.bytes } == [56])
    guard case .sequence(let type)? = found.network.outputs.first?.type else {
      Issue.record("no sequence")
      return
    }
    #expect(type.length == 3)
    #expect(type.element == .tensor(TensorType(.float32, [nil, 2])))
  }

  @Test(arguments: [
    ("int64[3] s = {1,4,2}", [[1, 2], [4, 2], [2, 2]]), ("int64 s = {3}", [[3, 2], [3, 2], [1, 2]]),
    ("int64 s = {9}", [[7, 2]]),
  ])
  func cutIntoParts(sizes: String, parts: [[Int]]) throws {
    let found = try analysis(
      """
      cut (float[7,2] X) => (seq(float[?,2]) seq) <\(sizes)> { seq = SplitToSequence (X, s) }
      """)
    #expect(found.totals.completeness.isComplete)
    guard case .sequence(let type)? = found.network.outputs.first?.type else {
      Issue.record("no sequence")
      return
    }
    #expect(
      parts.indices.map { type.run(holding: $0).flatMap { type.runs?[$0].type } }
        == parts.map { .tensor(TensorType(.float32, Shape($0))) })
    #expect(type.length == parts.count)
    #expect(type.byteCount == 56)
  }

  /// Where something is inserted changes nothing of the bytes; what is erased does, where elements differ.
  @Test func placesThatTheRunKnows() throws {
    let found = try analysis(
      """
      places (float[2] X, float[3] Y, int64 p) => (float[?] out) {
        two = SequenceConstruct (X, Y)
        three = SequenceInsert (two, X, p)
        fewer = SequenceErase (three, p)
        out = SequenceAt (fewer, p)
      }
      """)
    #expect(found.layers.map { $0.activations?.bytes } == [20, 28, nil, nil])
    #expect(found.totals.completeness.uncounted.map(\.operator) == ["SequenceAt", "SequenceErase"])
  }

  @Test func mapped() throws {
    let found = try analysis(
      """
      mapped (float[1,4] X, float[1,4] Y) => (out) <float[4,3] w = {}> {
        seq = SequenceConstruct (X, Y)
        products = SequenceMap <body = each (float[1,4] x) => (float[1,3] y) { y = MatMul (x, w) }> (seq)
        out = ConcatFromSequence <axis = 0> (products)
      }
      """)
    #expect(found.totals.completeness.isComplete)
    #expect(found.totals.macs == 2 * 12)
    #expect(output(found) == TensorType(.float32, [2, 3]))
  }

  /// Both branches give two tensors, of which only the first axis differs.
  @Test func branches() throws {
    let found = try analysis(
      """
      branches (float[2,4] X, float[3,4] Y, bool c) => (seq(float[?,4]) out, int64 n) {
        out = If <
          then_branch = one () => (seq(float[?,4]) a) { a = SequenceConstruct (X, Y) },
          else_branch = two () => (seq(float[?,4]) b) { b = SequenceConstruct (Y, X) }> (c)
        n = SequenceLength (out)
      }
      """)
    // Five rows in either case.
    #expect(found.layers.first { $0.operator == "If" }?.activations?.bytes == 80)
    guard case .sequence(let type)? = found.network.outputs.first?.type else {
      Issue.record("no sequence")
      return
    }
    #expect(type.length == 2)
    #expect(type.element == .tensor(TensorType(.float32, [nil, 4])))
  }

  /// A list that grows round by round has elements of a known shape, as many as only the run knows.
  @Test func grown() throws {
    let found = try analysis(
      """
      grown (float[1,4] X, int64 trips) => (out) <bool go = {1}> {
        empty = SequenceEmpty ()
        all = Loop <
          body = round (int64 i, bool again, seq(float[1,4]) list) => (bool on, seq(float[1,4]) longer) {
            on = Identity (again)
            longer = SequenceInsert (list, X)
          }> (trips, go, empty)
        out = ConcatFromSequence <axis = 0> (all)
      }
      """)
    #expect(output(found) == TensorType(.float32, [nil, 4]))
    #expect(!found.totals.completeness.isComplete)
  }

  /// No file says how long a sequence is that comes from outside: unknown, or as the options say.
  @Test func inputs() throws {
    let text = """
      frames (seq(float[1,S]) frames) => (out) { out = ConcatFromSequence <axis = 0> (frames) }
      """
    let open = try analysis(text)
    #expect(output(open) == TensorType(.float32, [nil, nil]))
    #expect(open.totals.completeness.uncounted == [.init(operator: "ConcatFromSequence", count: 1)])
    #expect(open.totals.activations.total?.bytes == 0)
    #expect(open.totals.activations.isLowerBound)
    #expect(open.layers.map { $0.live == nil } == [true])
    let bound = try analysis(text, AnalysisOptions(dimensions: ["frames[length]": 8, "S": 5]))
    #expect(output(bound) == TensorType(.float32, [8, 5]))
    #expect(bound.totals.completeness.isComplete)
    #expect(bound.totals.activations.total == Extent(elements: 80, bytes: 320))
    #expect(!bound.totals.activations.isLowerBound)
    #expect(bound.layers.map(\.live) == [Extent(elements: 80, bytes: 320)])
    #expect(throws: AnalysisError.negativeExtent("frames[length]", -1)) {
      try analysis(text, AnalysisOptions(dimensions: ["frames[length]": -1]))
    }
  }

  /// A network that only takes an element of a sequence of unknown length has read what nobody knows the size of.
  @Test func inputOfUnknownLength() throws {
    let found = try analysis(
      """
      frames (seq(float[2]) frames, int64 p) => (float[2] out) { out = SequenceAt (frames, p) }
      """)
    #expect(found.totals.completeness.uncounted == [.init(operator: "SequenceAt", count: 1)])
    #expect(found.layers.map(\.bytesMoved) == [nil])
    #expect(found.totals.activations.isLowerBound)
  }

  /// The value behind an optional is the value itself.
  @Test func optional() throws {
    let found = try analysis(
      """
      optional (float[2] X, float[3] Y) => (n) {
        seq = SequenceConstruct (X, Y)
        maybe = Optional (seq)
        there = OptionalGetElement (maybe)
        shorter = SequenceErase (there)
        n = ConcatFromSequence <axis = 0> (shorter)
      }
      """)
    #expect(found.totals.completeness.isComplete)
    #expect(output(found) == TensorType(.float32, [2]))
  }

  // MARK: - What a hostile file may ask for

  /// A split into more parts than memory has bytes is told in no more room than any other.
  @Test func manyParts() throws {
    let found = try analysis(
      """
      cut (float[1099511627776,0] X, float[1099511627776,4] Z) => (n, m, long) <int64 one = {1}> {
        a = SplitToSequence (X, one)
        n = SequenceLength (a)
        b = SplitToSequence (Z)
        m = SequenceLength (b)
        long = ConcatFromSequence <axis = 0> (b)
      }
      """)
    #expect(found.network.outputs[2].type == .tensor(TensorType(.float32, [1 << 40, 4])))
  }

  /// A size that no integer holds is unknown.
  @Test func overflow() throws {
    let found = try analysis(
      """
      frames (seq(float[4611686018427387904]) frames) => (seq(float[?]) out) <float[1] x = {}> {
        longer = SequenceInsert (frames, x)
        out = Identity (longer)
      }
      """, AnalysisOptions(dimensions: ["frames[length]": .max]))
    #expect(found.totals.activations.total?.bytes == 0)
    #expect(!found.totals.completeness.isComplete)
  }

  /// A hundred elements of a hundred shapes: their number and their bytes are known, not each by itself.
  @Test func manyShapes() throws {
    let inputs = (1...100).map { "float[\($0)] x\($0)" }.joined(separator: ", ")
    let names = (1...100).map { "x\($0)" }.joined(separator: ", ")
    let found = try analysis(
      "many (\(inputs)) => (seq(float[?]) all) { all = SequenceConstruct (\(names)) }")
    guard case .sequence(let type)? = found.network.outputs.first?.type else {
      Issue.record("no sequence")
      return
    }
    #expect(type.length == 100)
    #expect(type.byteCount == 4 * 5050)
    #expect(type.runs?.count == 1)
  }

  /// Positions that are not there are for the run to report.
  @Test func positionsOutside() throws {
    let found = try analysis(
      """
      outside (float[2] X) => (float[?] out, float[?] nothing) <int64 at = {-9}> {
        one = SequenceConstruct (X, X)
        fewer = SequenceErase (one, at)
        more = SequenceInsert (fewer, X, at)
        out = SequenceAt (more, at)
        none = SequenceEmpty ()
        less = SequenceErase (none)
        nothing = SequenceAt (less, at)
      }
      """)
    // One element of two is erased whichever it is, and all are alike.
    #expect(found.layers.map { $0.activations?.bytes } == [16, 8, 16, 8])
  }

  @Test func unlikeElements() {
    #expect(throws: AnalysisError.self) {
      try analysis("bad (float[2] X, int64[2] Y) => (s) { s = SequenceConstruct (X, Y) }")
    }
    #expect(throws: AnalysisError.self) {
      try analysis(
        "bad (float[2] X, int64[2] Y) => (s) { e = SequenceConstruct (X) s = SequenceInsert (e, Y) }")
    }
    #expect(throws: AnalysisError.self) {
      try analysis(
        "bad (float[7] X) => (seq(float[?]) s) <int64[2] p = {3, 3}> { s = SplitToSequence (X, p) }")
    }
  }
}
