"""Writes cases whose expected outputs ONNX Runtime computes: what the ONNX project's own cases leave out.

usage: python3 runtime.py            (needs the onnx, onnxruntime and numpy packages; written with onnxruntime 1.31)

The format is that of generate.py.
"""

import os

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

random = np.random.RandomState(7)
texts = []


def real(*shape, low=-1.0, high=1.0):
    return random.uniform(low, high, shape).astype(np.float32)


def line(kind, value):
    if value is None:
        return f"{kind} -"
    extents = ",".join(map(str, value.shape)) or "-"
    return f"{kind} {helper.np_dtype_to_tensor_dtype(value.dtype)} {extents} {value.tobytes().hex()}".rstrip()


def attribute(name, value):
    if isinstance(value, (bool, int)):
        return f"integer {name} {int(value)}"
    if isinstance(value, float):
        return f"float {name} {value!r}"
    if isinstance(value, str):
        return f"string {name} {value}"
    kind = {int: "integers", float: "floats", str: "strings"}[type(value[0])]
    return f"{kind} {name} " + " ".join(str(v) for v in value)


def case(title, operator, inputs, outputs=1, opset=17, domain="", **attributes):
    names = [f"i{n}" if v is not None else "" for n, v in enumerate(inputs)]
    results = [f"o{n}" for n in range(outputs)]
    node = helper.make_node(operator, names, results, domain=domain, **attributes)
    graph = helper.make_graph(
        [node], "case",
        [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape)
         for n, v in zip(names, inputs) if v is not None],
        [helper.make_empty_tensor_value_info(n) for n in results])
    imports = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    model = helper.make_model(graph, opset_imports=imports, ir_version=8)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    found = session.run(None, {n: v for n, v in zip(names, inputs) if v is not None})
    lines = [f"case {title}", f"node {operator} {domain or '-'} {1 if domain else opset}"]
    lines += [attribute(n, v) for n, v in attributes.items()]
    lines += [line("in", v) for v in inputs] + [line("out", v) for v in found]
    texts.append("\n".join(lines + ["end"]))


def recurrent():
    for operator, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        for direction in ("forward", "reverse", "bidirectional"):
            d = 2 if direction == "bidirectional" else 1
            state = real(d, 2, 3)
            inputs = [real(5, 2, 4), real(d, gates * 3, 4), real(d, gates * 3, 3), real(d, 2 * gates * 3),
                      np.array([5, 3], np.int32), state]
            if operator == "LSTM":
                inputs += [real(d, 2, 3), real(d, 9)]
            outputs = 3 if operator == "LSTM" else 2
            case(f"{operator}_{direction}_lengths", operator, inputs, outputs, hidden_size=3, direction=direction)
            names = {"RNN": ["LeakyRelu"], "GRU": ["HardSigmoid", "ScaledTanh"],
                     "LSTM": ["HardSigmoid", "Softsign", "Elu"]}[operator] * d
            case(f"{operator}_{direction}_activations", operator, inputs, outputs, hidden_size=3,
                 direction=direction, activations=names,
                 activation_alpha=[0.3, 0.7, 0.9][:2 if operator != "RNN" else 1] * d,
                 activation_beta=[0.4, 0.6][:{"RNN": 0, "GRU": 2, "LSTM": 1}[operator]] * d or [0.0])
        extra = {"GRU": {"linear_before_reset": 1}}.get(operator, {})
        case(f"{operator}_clip", operator, inputs, outputs, hidden_size=3, direction="bidirectional", clip=0.2, **extra)
    case("LSTM_coupled", "LSTM", inputs[:6] + [inputs[6]], 3, hidden_size=3, direction="bidirectional", input_forget=1)


def convolution():
    case("ConvTranspose_groups_dilations", "ConvTranspose", [real(2, 4, 5, 6), real(4, 3, 3, 2), real(6)],
         group=2, strides=[2, 3], dilations=[2, 1], pads=[1, 0, 2, 1], output_padding=[1, 2])
    case("ConvTranspose_output_shape", "ConvTranspose", [real(1, 2, 4, 4), real(2, 3, 3, 3)],
         strides=[2, 2], output_shape=[9, 8])
    case("ConvTranspose_same", "ConvTranspose", [real(1, 2, 4, 5), real(2, 1, 4, 3)], strides=[2, 2],
         auto_pad="SAME_LOWER")
    case("ConvTranspose_1d", "ConvTranspose", [real(1, 2, 7), real(2, 3, 3)], strides=[3])
    case("Conv_3d_groups", "Conv", [real(1, 4, 4, 5, 6), real(6, 2, 2, 3, 2), real(6)], group=2,
         strides=[1, 2, 3], pads=[1, 0, 1, 0, 1, 1], dilations=[1, 2, 1])
    case("Conv_same_upper", "Conv", [real(1, 2, 7, 8), real(3, 2, 3, 2)], auto_pad="SAME_UPPER",
         strides=[2, 3])
    case("Conv_depthwise", "Conv", [real(2, 3, 6, 6), real(6, 1, 3, 3)], group=3, pads=[1, 1, 1, 1], strides=[2, 2])


def pooling():
    for name in ("MaxPool", "AveragePool"):
        extra = {"count_include_pad": 1} if name == "AveragePool" else {}
        case(f"{name}_ceil_padded", name, [real(1, 2, 7, 8)], kernel_shape=[3, 3], strides=[2, 3],
             pads=[1, 1, 1, 1], ceil_mode=1, **extra)
        case(f"{name}_same_lower", name, [real(1, 2, 7, 8)], kernel_shape=[3, 2], strides=[2, 2], auto_pad="SAME_LOWER")
    case("MaxPool_valid_ceil", "MaxPool", [real(1, 1, 8, 8)], kernel_shape=[3, 3], strides=[2, 2], auto_pad="VALID",
         ceil_mode=1)
    case("MaxPool_places_column_major", "MaxPool", [real(2, 2, 6, 5)], 2, kernel_shape=[2, 3], strides=[2, 1],
         dilations=[2, 1], storage_order=1)
    case("GlobalLpPool", "GlobalLpPool", [real(2, 3, 4, 5)], p=3)
    regions = np.array([[0, 0, 0, 7, 7], [1, 2, 1, 9, 6], [0, 3, 3, 3, 3]], np.float32)
    case("MaxRoiPool", "MaxRoiPool", [real(2, 2, 8, 10), regions], pooled_shape=[3, 2], spatial_scale=0.8)
    case("RoiAlign_version_10", "RoiAlign", [real(2, 2, 8, 10), regions[:, 1:], np.array([0, 1, 0])], opset=10,
         output_height=2, output_width=3, sampling_ratio=0, spatial_scale=0.7)


def others():
    case("Softmax_version_11", "Softmax", [real(2, 3, 4)], opset=11, axis=1)
    case("LogSoftmax_version_11", "LogSoftmax", [real(2, 3, 4)], opset=11)
    case("Hardmax_version_11", "Hardmax", [real(2, 3, 4)], opset=11, axis=1)
    case("BatchNormalization_version_7", "BatchNormalization",
         [real(2, 3, 4), real(3), real(3), real(3), real(3, low=0.5, high=2)], opset=7, epsilon=0.01)
    case("Clip_version_6", "Clip", [real(3, 4)], opset=6, min=-0.25, max=0.5)
    case("Gemm_version_7", "Gemm", [real(4, 3), real(5, 4), real(3, 1)], opset=7, transA=1, transB=1, alpha=0.5, beta=2.0)
    case("PRelu_channels", "PRelu", [real(2, 3, 4, 2), real(3, 1, 1)])
    case("Einsum_three", "Einsum", [real(2, 3), real(3, 4), real(4, 2)], equation="ij,jk,kl->il")


def microsoft():
    domain = "com.microsoft"
    for activation, parameters in (("Relu", []), ("Clip", [-0.5, 0.75]), ("LeakyRelu", [0.2]), ("HardSigmoid", [0.3, 0.4])):
        extra = {"activation_params": parameters} if parameters else {}
        case(f"FusedConv_{activation}", "FusedConv", [real(1, 2, 5, 5), real(3, 2, 3, 3), real(3), real(1, 3, 5, 5)],
             domain=domain, pads=[1, 1, 1, 1], activation=activation, **extra)
    case("FusedMatMul", "FusedMatMul", [real(2, 5, 3), real(2, 4, 5)], domain=domain, transA=1, transB=1, alpha=0.5)
    case("FusedMatMul_batch", "FusedMatMul", [real(3, 2, 5), real(2, 5, 4)], domain=domain, transBatchA=1)
    case("Gelu", "Gelu", [real(3, 4, low=-4, high=4)], domain=domain)
    case("BiasGelu", "BiasGelu", [real(3, 4), real(4)], domain=domain)
    case("FastGelu", "FastGelu", [real(3, 4), real(4)], domain=domain)
    case("QuickGelu", "QuickGelu", [real(3, 4)], domain=domain, alpha=1.5)
    case("SkipLayerNormalization", "SkipLayerNormalization",
         [real(2, 3, 8), real(2, 3, 8), real(8), real(8), real(8)], domain=domain, epsilon=1e-5)
    case("SkipSimplifiedLayerNormalization", "SkipSimplifiedLayerNormalization",
         [real(2, 3, 8), real(2, 3, 8), real(8)], domain=domain, epsilon=1e-5)
    case("SimplifiedLayerNormalization", "SimplifiedLayerNormalization", [real(2, 3, 8), real(8)], 2, axis=-1,
         epsilon=1e-5)
    for bits in (4, 8):
        for points in (False, True):
            depth, columns, block = 40, 3, 16
            blocks = (depth + block - 1) // block
            packed = random.randint(0, 256, (columns, blocks, block * bits // 8)).astype(np.uint8)
            inputs = [real(2, depth), packed, real(columns * blocks)]
            if points:
                inputs.append(random.randint(0, 256, columns * ((blocks * bits + 7) // 8)).astype(np.uint8))
            case(f"MatMulNBits_{bits}_{points}", "MatMulNBits", inputs, domain=domain, K=depth, N=columns,
                 block_size=block, bits=bits)
    attention()


def attention():
    domain = "com.microsoft"
    q, k, v = real(2, 3, 8), real(2, 5, 8), real(2, 5, 8)
    name = "MultiHeadAttention"
    case(f"{name}_cross", name, [q, k, v], domain=domain, num_heads=2)
    case(f"{name}_bias", name, [q, k, v, real(24)], domain=domain, num_heads=2, scale=0.3)
    case(f"{name}_padding", name, [q, k, v, None, np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], np.int32)],
         domain=domain, num_heads=2)
    case(f"{name}_lengths", name, [q, k, v, None, np.array([2, 5], np.int32)], domain=domain, num_heads=2)
    case(f"{name}_added", name, [q, k, v, None, None, real(1, 2, 3, 5)], domain=domain, num_heads=2)
    case(f"{name}_causal", name, [q, real(2, 3, 8), real(2, 3, 8)], domain=domain, num_heads=2, unidirectional=1)
    case(f"{name}_past", name, [q, real(2, 3, 8), real(2, 3, 8), None, None, None, real(2, 2, 4, 4), real(2, 2, 4, 4)], 3,
         domain=domain, num_heads=2)
    name = "GroupQueryAttention"
    angles = real(16, 8, low=0, high=3)
    tables = [np.cos(angles), np.sin(angles)]
    for rotate in (0, 1):
        extra = {"do_rotary": 1} if rotate else {}
        turn = tables if rotate else []
        case(f"{name}_prompt_{rotate}", name,
             [real(2, 4, 64), real(2, 4, 32), real(2, 4, 32), None, None, np.array([3, 2], np.int32),
              np.array(4, np.int32)] + turn, 3, domain=domain, num_heads=4, kv_num_heads=2, **extra)
        case(f"{name}_step_{rotate}", name,
             [real(2, 1, 64), real(2, 1, 32), real(2, 1, 32), real(2, 2, 6, 16), real(2, 2, 6, 16),
              np.array([5, 3], np.int32), np.array(6, np.int32)] + turn, 3, domain=domain, num_heads=4,
             kv_num_heads=2, **extra)
    case(f"{name}_packed_window", name,
         [real(1, 4, 128), None, None, None, None, np.array([3], np.int32), np.array(4, np.int32)] + tables, 3,
         domain=domain, num_heads=4, kv_num_heads=2, do_rotary=1, rotary_interleaved=1, local_window_size=2, softcap=1.5)


def quantised():
    domain = "com.microsoft"

    def numbers(kind, *shape):
        limits = np.iinfo(kind)
        return random.randint(limits.min, limits.max + 1, shape).astype(kind)

    def parameters(kind, scale, zero):
        return [np.array(scale, np.float32), np.array(zero, kind)]

    for kind, (a, b, c) in ((np.uint8, (120, 3, 90)), (np.int8, (-7, 20, 5))):
        name = np.dtype(kind).name
        x, y = numbers(kind, 2, 3, 4, 5), numbers(kind, 2, 3, 4, 5)
        first, second, result = parameters(kind, 0.03, a), parameters(kind, 0.021, b), parameters(kind, 0.043, c)
        for operator in ("QLinearAdd", "QLinearMul"):
            case(f"{operator}_{name}", operator, [x] + first + [y] + second + result, domain=domain)
            case(f"{operator}_{name}_broadcast", operator, [x] + first + [y[:1, :, :1, :1]] + second + result,
                 domain=domain)
        case(f"QLinearSigmoid_{name}", "QLinearSigmoid", [x] + first + parameters(kind, 0.00390625, c), domain=domain)
        case(f"QLinearLeakyRelu_{name}", "QLinearLeakyRelu", [x] + first + result, domain=domain, alpha=0.2)
        case(f"QLinearGlobalAveragePool_{name}", "QLinearGlobalAveragePool", [x] + first + parameters(kind, 0.011, c),
             domain=domain, channels_last=0)
        case(f"QLinearAveragePool_{name}", "QLinearAveragePool", [x] + first + parameters(kind, 0.017, c),
             domain=domain, kernel_shape=[2, 3], strides=[2, 1], pads=[0, 1, 0, 1], count_include_pad=0)
        case(f"QLinearConcat_{name}", "QLinearConcat", result + [x] + first + [y[:, :2]] + second, domain=domain, axis=1)
        for transposes in (0, 1):
            w = numbers(np.int8, 6, 8) if transposes else numbers(np.int8, 8, 6)
            scales = random.uniform(0.002, 0.006, 6).astype(np.float32)
            bias = random.randint(-4000, 4000, 6).astype(np.int32)
            product = [numbers(kind, 5, 8)] + first + [w, scales, np.zeros(6, np.int8), bias]
            case(f"QGemm_{name}_{transposes}", "QGemm", product + result, domain=domain, transB=transposes)
        case(f"QGemm_{name}_floats", "QGemm", product, domain=domain, transB=1)


def learned():
    # A file may hold more coefficients than its scores have features: the runtime's own example does.
    case("LinearClassifier_more_coefficients", "LinearClassifier", [real(4, 2)], 2, domain="ai.onnx.ml", classlabels_ints=[0, 1, 2],
         coefficients=real(12).tolist(), intercepts=real(3).tolist(), post_transform="LOGISTIC")


def dynamic():
    for direction in ("forward", "bidirectional"):
        d = 2 if direction == "bidirectional" else 1
        weights = [random.randint(-127, 128, (d, n, 12)).astype(np.int8) for n in (4, 3)]
        scales = [real(d, low=0.004, high=0.008), np.zeros(d, np.int8)]
        inputs = [real(5, 1, 4), *weights, real(d, 24), None, real(d, 1, 3), real(d, 1, 3), None, *scales, *scales]
        case(f"DynamicQuantizeLSTM_{direction}", "DynamicQuantizeLSTM", inputs, 3, domain="com.microsoft", hidden_size=3,
             direction=direction)


recurrent()
convolution()
pooling()
others()
microsoft()
quantised()
learned()
dynamic()
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "runtime.txt"), "w") as out:
    out.write("\n".join(texts) + "\n")
print(len(texts))
