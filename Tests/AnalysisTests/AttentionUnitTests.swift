import Analysis
import Formats
import Network
import Operators
import TestSupport
import Testing

/// Attention found in operators and in chains of nodes.
@Suite struct AttentionUnitTests {
  /// Heads, sizes and layers as the models' own configurations give them (BERT base, ViT-B/16, GPT-2: 12 of each, 64 wide);
  /// ViT has 14 x 14 patches and a class token.
  @Test(arguments: [("bert_base.onnx", 128), ("vit_b_16.onnx", 197), ("gpt2.onnx", 64)])
  func chains(file: String, length: Int) throws {
    let analysis = try Analyses.fixture(file)
    #expect(analysis.attention.count == 12)
    for unit in analysis.attention {
      #expect(unit.form == .chain)
      #expect(unit.extents.batch == 1)
      #expect(unit.extents.queryHeads == 12)
      #expect(unit.extents.keyHeads == 12)
      #expect(unit.extents.queryLength == length)
      #expect(unit.extents.totalLength == length)
      #expect(unit.extents.headSize == 64)
      #expect(unit.extents.valueSize == 64)
      #expect(unit.macs == 2 * 12 * length * length * 64)
    }
    #expect(Set(analysis.attention.map(\.layers)).count == 12)
  }

  /// GPT-2 masks what follows a place; each place leaves keys and values of 12 heads of 64 as 32-bit floats.
  @Test func causalMaskOfConstants() throws {
    for unit in try Analyses.fixture("gpt2.onnx").attention {
      #expect(unit.visibility == AttentionVisibility(isCausal: true))
      #expect(unit.phase == .prefill)
      #expect(unit.neededMACs == 12 * 64 * 64 * 64)
      #expect(unit.cacheBytesPerPlace == 2 * 12 * 64 * 4)
      #expect(unit.cacheBytes == 64 * 2 * 12 * 64 * 4)
    }
  }

  /// A mask of 256 x 256 scores is too large to be kept, and is computed when it is asked for.
  @Test func largeCausalMask() throws {
    let network = try NetworkReader.read(path: Fixture.path("gpt2.onnx"))
    for unit in try Analyzer.analyze(network, AnalysisOptions(inputShapes: ["input": [1, 256]])).attention {
      #expect(unit.visibility == AttentionVisibility(isCausal: true))
      #expect(unit.neededMACs == 12 * 256 * 256 * 64)
    }
  }

  /// Masks that exporters write out for 4 queries: a window shows a place and the one before it, 1 + 2 + 2 + 2 keys; of a causal
  /// mask half of the 16 are needed, as it is counted everywhere;
  /// what a row shows beyond its own place, or leaves out in between, is neither causal nor a window.
  @Test(arguments: [
    ("1,0,0,0, 1,1,0,0, 0,1,1,0, 0,0,1,1", AttentionVisibility(isCausal: true, left: 1), 7),
    ("1,0,0,0, 1,1,0,0, 1,1,1,0, 1,1,1,1", AttentionVisibility(isCausal: true), 8),
    ("1,0,0,0, 1,1,0,0, 1,1,1,0, 0,0,1,1", nil, nil),
    ("1,0,0,0, 1,1,0,0, 1,0,1,0, 1,1,1,1", nil, nil),
    ("1,1,0,0, 1,1,0,0, 1,1,1,0, 1,1,1,1", nil, nil),
    ("1,0,0,0, 1,0,0,0, 1,1,1,0, 1,1,1,1", nil, nil),
    ("0,0,0,0, 1,1,0,0, 1,1,1,0, 1,1,1,1", nil, nil),
    ("0,1,0,0, 1,1,0,0, 1,1,1,0, 1,1,1,1", nil, nil),
  ])
  func writtenMask(seen: String, visibility: AttentionVisibility?, pairs: Int?) throws {
    let analysis = try Analyses.text(
      """
      masked (float[1,2,4,8] q, float[1,2,8,4] k, float[1,2,4,8] v) => (float[1,2,4,8] y)
        <bool[4,4] seen = {\(seen)}, float hidden = {-3.4e38}> {
        s = MatMul (q, k)
        m = Where (seen, s, hidden)
        w = Softmax <axis = -1> (m)
        y = MatMul (w, v)
      }
      """)
    let unit = try #require(analysis.attention.first)
    #expect(unit.visibility == visibility)
    #expect(unit.neededMACs == pairs.map { $0 * 2 * (8 + 8) })
  }

  @Test func encodersSeeEverything() throws {
    for unit in try Analyses.fixture("bert_base.onnx").attention {
      #expect(unit.visibility == AttentionVisibility(isCausal: false))
      #expect(unit.phase == .full)
      #expect(unit.neededMACs == unit.macs)
      #expect(unit.cacheBytesPerPlace == nil)
    }
  }

  /// One new place behind 7 cached ones, 4 query heads on 2 key heads.
  @Test func decodingOperator() throws {
    let analysis = try Analyses.text(
      """
      decode (float[2,4,1,8] q, float[2,2,1,8] k, float[2,2,1,16] v, float[2,2,7,8] pk, float[2,2,7,16] pv)
        => (float[2,4,1,16] y, float[2,2,8,8] nk, float[2,2,8,16] nv) {
        y, nk, nv = Attention <is_causal = 1> (q, k, v, , pk, pv)
      }
      """, header: #"<ir_version: 10, opset_import: ["" : 23]>"#)
    let unit = try #require(analysis.attention.first)
    #expect(unit.form == .operator("Attention"))
    #expect(unit.phase == .decode)
    #expect(unit.hasCache)
    #expect(unit.extents.totalLength == 8)
    #expect(unit.newKeys == 1)
    #expect(unit.macs == 2 * 4 * 8 * (8 + 16))
    #expect(unit.cacheBytesPerPlace == 2 * 2 * (8 + 16) * 4)
    #expect(unit.cacheBytes == 8 * 2 * 2 * (8 + 16) * 4)
  }

  /// A window of 3 before and the own place: 1 + 2 + 3 + 4 + 4 keys for 5 queries.
  @Test func slidingWindow() throws {
    let analysis = try Analyses.text(
      """
      window (float[1,2,5,8] q, float[1,2,5,8] k, float[1,2,5,8] v) => (float[1,2,5,8] y) {
        y = Attention <is_causal = 1, left_window_size = 3> (q, k, v)
      }
      """, header: #"<ir_version: 10, opset_import: ["" : 25]>"#)
    let unit = try #require(analysis.attention.first)
    #expect(unit.visibility == AttentionVisibility(isCausal: true, left: 3))
    #expect(unit.phase == .prefill)
    #expect(unit.macs == 2 * 25 * 16)
    #expect(unit.neededMACs == 2 * 14 * 16)
  }

  /// Keys and values behind those of earlier calls, shared by two query heads each, as exporters spell it out.
  @Test func chainWithCacheAndSharedKeys() throws {
    let analysis = try Analyses.text(
      """
      step (float[1,4,1,8] q, float[1,2,1,8] k, float[1,2,1,8] v, float[1,2,6,8] pk, float[1,2,6,8] pv)
        => (float[1,4,1,8] y, float[1,2,7,8] nk, float[1,2,7,8] nv)
        <int64[1] two = {2}, int64[5] wide = {1,2,2,7,8}, int64[4] heads = {1,4,7,8}, float scale = {0.35}> {
        nk = Concat <axis = 2> (pk, k)
        nv = Concat <axis = 2> (pv, v)
        uk = Unsqueeze (nk, two)
        ek = Expand (uk, wide)
        rk = Reshape (ek, heads)
        uv = Unsqueeze (nv, two)
        ev = Expand (uv, wide)
        rv = Reshape (ev, heads)
        tk = Transpose <perm = [0,1,3,2]> (rk)
        s = MatMul (q, tk)
        m = Mul (s, scale)
        w = Softmax <axis = -1> (m)
        y = MatMul (w, rv)
      }
      """)
    let unit = try #require(analysis.attention.first)
    #expect(analysis.attention.count == 1)
    #expect(unit.extents.queryHeads == 4)
    #expect(unit.extents.keyHeads == 2)
    #expect(unit.extents.pastLength == 6)
    #expect(unit.newKeys == 1)
    #expect(unit.phase == .decode)
    #expect(unit.cacheBytesPerPlace == 2 * 2 * 8 * 4)
    #expect(unit.cacheBytes == 7 * 2 * 2 * 8 * 4)
  }

  /// A classifier's softmax between stored matrices is no attention.
  @Test func softmaxOfADenseLayer() throws {
    let analysis = try Analyses.text(
      """
      dense (float[1,4] x) => (float[1,2] y) <float[4,3] a = {}, float[3,2] b = {}> {
        s = MatMul (x, a)
        w = Softmax <axis = -1> (s)
        y = MatMul (w, b)
      }
      """)
    #expect(analysis.attention.isEmpty)
  }
}
