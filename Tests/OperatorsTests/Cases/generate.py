"""Writes the ONNX project's own node conformance cases, one text file per family of operators.

usage: python3 generate.py [LARGEST]  (needs the onnx and numpy packages; written with onnx 1.23)

A case is the node, its inputs and the outputs that the standard's reference gives for them:

    case <name>
    node <operator> <domain or -> <operator set version>
    integer|float|string|integers|floats|strings <attribute> <value>...
    in|out <element type number> <extents, comma separated, or -> <bytes in hexadecimal>   ("in -": left out)
    end

The bytes of a string are an x and its own; strings are separated by commas.
Only cases of one node whose values are all plain tensors and small are written.
"""

import os
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import onnx
import onnx.backend.test.case.node as cases
from onnx import AttributeProto, TensorProto, numpy_helper

FAMILIES = {
    "convolution": "Conv ConvTranspose DeformConv ConvInteger QLinearConv CausalConvWithState",
    "matrix": "Gemm MatMul MatMulInteger QLinearMatMul Einsum",
    "pooling": "MaxPool AveragePool LpPool GlobalMaxPool GlobalAveragePool GlobalLpPool MaxUnpool MaxRoiPool RoiAlign",
    "normalization": "BatchNormalization InstanceNormalization LayerNormalization GroupNormalization RMSNormalization "
    "LpNormalization MeanVarianceNormalization LRN Dropout",
    "activation": "Relu Sigmoid Tanh Elu Selu Celu LeakyRelu PRelu ThresholdedRelu HardSigmoid HardSwish Softplus "
    "Softsign Gelu Mish Swish Clip Erf Softmax LogSoftmax Hardmax Shrink SwiGLU",
    "attention": "Attention RotaryEmbedding LinearAttention FlexAttention",
    "recurrent": "RNN GRU LSTM",
    "shape": "Shape Size Reshape Flatten Squeeze Unsqueeze Identity Expand Constant ConstantOfShape Range "
    "EyeLike",
    "movement": "Transpose Concat Split Slice Pad Tile Gather GatherElements GatherND Scatter ScatterElements "
    "ScatterND Compress DepthToSpace SpaceToDepth ReverseSequence Trilu CenterCropPad Col2Im OneHot "
    "TensorScatter",
    "resampling": "Resize Upsample GridSample AffineGrid",
    "elementwise": "Add Sub Mul Div Pow Mod Min Max Sum Mean And Or Xor Not Equal Greater Less GreaterOrEqual "
    "LessOrEqual Where BitShift BitwiseAnd BitwiseOr BitwiseXor BitwiseNot Cast CastLike BitCast Abs "
    "Neg Exp Log Sqrt Reciprocal Floor Ceil Round Sign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh "
    "Acosh Atanh IsNaN IsInf",
    "reduction": "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum "
    "ReduceLogSumExp ReduceSumSquare ArgMax ArgMin CumSum CumProd TopK",
    "quantization": "QuantizeLinear DequantizeLinear DynamicQuantizeLinear",
    "selection": "NonZero Unique NonMaxSuppression Det",
    "signal": "HannWindow HammingWindow BlackmanWindow MelWeightMatrix DFT STFT",
    "loss": "NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss",
    "learned": "ArrayFeatureExtractor Binarizer LabelEncoder TreeEnsemble",
    "training": "Momentum Adagrad Adam",
    "text": "StringConcat StringNormalizer StringSplit RegexFullMatch TfIdfVectorizer",
}
# Characters that a case may take.
LARGEST = int(sys.argv[1]) if len(sys.argv) > 1 else 6000


def proto(value, info):
    return value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value), info.name)


def line(kind, tensor):
    if tensor.data_type == TensorProto.STRING:
        extents = ",".join(map(str, tensor.dims)) or "-"
        return f"{kind} 8 {extents} " + ",".join("x" + text.hex() for text in tensor.string_data)
    copy = TensorProto()
    copy.CopyFrom(tensor)
    if not copy.HasField("raw_data"):
        copy = numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name)
    assert copy.data_type == tensor.data_type
    extents = ",".join(map(str, tensor.dims)) or "-"
    return f"{kind} {tensor.data_type} {extents} {copy.raw_data.hex()}".rstrip()


def attribute(a):
    T = AttributeProto
    if a.type == T.INT:
        return f"integer {a.name} {a.i}"
    if a.type == T.FLOAT:
        return f"float {a.name} {a.f!r}"
    if a.type == T.STRING:
        return f"string {a.name} {a.s.decode()}"
    if a.type == T.INTS:
        return f"integers {a.name} " + " ".join(map(str, a.ints))
    if a.type == T.FLOATS:
        return f"floats {a.name} " + " ".join(map(repr, a.floats))
    if a.type == T.STRINGS:
        return f"strings {a.name} " + " ".join(s.decode() for s in a.strings)
    if a.type == T.TENSOR:
        return line(f"tensor {a.name}", a.t)
    raise ValueError(a.name)


def write(case):
    graph = case.model.graph
    node = graph.node[0]
    domain = node.domain or "-"
    opset = next(o.version for o in case.model.opset_import if o.domain == node.domain)
    values = {i.name: proto(v, i) for v, i in zip(case.data_sets[0][0], graph.input)}
    results = {i.name: proto(v, i) for v, i in zip(case.data_sets[0][1], graph.output)}
    lines = [f"case {case.name}", f"node {node.op_type} {domain} {opset}"]
    lines += [attribute(a) for a in node.attribute]
    lines += [line("in", values[n]) if n else "in -" for n in node.input]
    lines += [line("out", results[n]) if n else "out -" for n in node.output]
    return "\n".join(lines + ["end"])


def main():
    np.random.seed(0)
    folder = os.path.dirname(os.path.abspath(__file__))
    family = {name: f for f, names in FAMILIES.items() for name in names.split()}
    texts = {f: [] for f in FAMILIES}
    seen = set()
    for case in cases.collect_testcases():
        nodes = case.model.graph.node
        if len(nodes) != 1 or case.model.functions or nodes[0].op_type not in family:
            continue
        if case.name.endswith("_expanded") or case.name in seen:
            continue
        seen.add(case.name)
        try:
            text = write(case)
        except (TypeError, ValueError, AttributeError) as reason:
            print("not plain tensors:", case.name, reason, file=sys.stderr)
            continue
        if len(text) > LARGEST:
            print("too large:", case.name, len(text), file=sys.stderr)
            continue
        texts[family[nodes[0].op_type]].append(text)
    for f, cases_of_family in texts.items():
        with open(os.path.join(folder, f + ".txt"), "w") as out:
            out.write("\n".join(cases_of_family) + "\n")
        print(f, len(cases_of_family))


main()
