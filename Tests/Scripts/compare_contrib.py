#!/usr/bin/env python3
"""Hold kernels of com.microsoft and ai.onnx.ml against ONNX Runtime's.

    compare_contrib.py ASSAY [--list] [--only NAME]

Makes networks of one node with the onnx package, runs them with ONNX Runtime's CPU provider and lets `assay verify`
compare; `assay analyze --strict` must call the figures complete. Prints a row for each operator; ends with 1 if a case
differs or breaks. Needs onnx, onnxruntime and numpy.
"""
import argparse, collections, os, subprocess, sys, tempfile
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto as T, helper, numpy_helper

MS, ML = "com.microsoft", "ai.onnx.ml"
OPSETS = [("", 18), (ML, 4), (MS, 1)]
random = np.random.default_rng(0)


def real(*shape, scale=1.0): return (random.standard_normal(shape) * scale).astype(np.float32)
def uint8(*shape): return random.integers(0, 256, shape).astype(np.uint8)
def int8(*shape): return random.integers(-128, 128, shape).astype(np.int8)
def f32(*values): return np.array(values if len(values) > 1 else values[0], np.float32)


class Case:
    def __init__(self, operator, inputs, outputs=1, domain=MS, label="", stored=(), types=(), is_open=False, **attributes):
        self.operator, self.domain, self.label, self.types = operator, domain, label, types
        # Whether figures are lower bounds, since how many entries a map has only the run knows.
        self.is_open = is_open
        self.inputs, self.stored, self.attributes = inputs, stored, attributes
        self.outputs = [f"y{index}" for index in range(outputs)]

    def model(self):
        names = [f"x{index}" if value is not None else "" for index, value in enumerate(self.inputs)]
        while names and not names[-1]: names.pop()
        attributes = {name: value for name, value in self.attributes.items() if value != []}
        node = helper.make_node(self.operator, names, self.outputs, domain=self.domain, **attributes)
        inputs, initializers = [], []
        for index, value in enumerate(self.inputs):
            if value is None: continue
            tensor = value if isinstance(value, T) else None
            if tensor is not None:
                tensor.name = names[index]
                initializers.append(tensor)
            elif index in self.stored:
                initializers.append(numpy_helper.from_array(np.asarray(value), names[index]))
            elif isinstance(value, dict):
                inputs.append(helper.make_value_info(names[index], map_type(value)))
            else:
                value = np.asarray(value)
                kind = T.STRING if value.dtype.kind in "UO" else helper.np_dtype_to_tensor_dtype(value.dtype)
                inputs.append(helper.make_tensor_value_info(names[index], kind, value.shape))
        outputs = [helper.make_value_info(name, kind) for name, kind in zip(self.outputs, self.types)]
        outputs = outputs or [helper.make_empty_tensor_value_info(name) for name in self.outputs]
        graph = helper.make_graph([node], "g", inputs, outputs, initializers)
        return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid(d, v) for d, v in OPSETS])

    def feeds(self):
        return {f"x{index}": value if isinstance(value, dict) else np.asarray(value) for index, value in enumerate(self.inputs)
                if value is not None and not isinstance(value, T) and index not in self.stored}


def scalar(value): return np.asarray(value, object if isinstance(value, str) else np.float32 if isinstance(value, float) else None)


def map_type(value):
    kinds = [T.STRING if part.dtype == object else helper.np_dtype_to_tensor_dtype(part.dtype)
             for part in (scalar(next(iter(value))), scalar(next(iter(value.values()))))]
    return helper.make_map_type_proto(kinds[0], helper.make_tensor_type_proto(kinds[1], []))


def stored(value):
    """A value as a message of ONNX."""
    if isinstance(value, dict):
        message = onnx.MapProto(key_type=map_type(value).map_type.key_type)
        if message.key_type == T.STRING: message.string_keys.extend(key.encode() for key in value)
        else: message.keys.extend(value)
        message.values.elem_type = onnx.SequenceProto.TENSOR
        message.values.tensor_values.extend(numpy_helper.from_array(scalar(entry)) for entry in value.values())
        return message
    if isinstance(value, list):
        sequence = onnx.SequenceProto(elem_type=onnx.SequenceProto.MAP)
        sequence.map_values.extend(stored(entry) for entry in value)
        return sequence
    value = np.asarray(value)
    return numpy_helper.from_array(value.astype(object) if value.dtype.kind == "U" else value)


def write(folder, kind, index, value):
    with open(os.path.join(folder, f"{kind}_{index}.pb"), "wb") as file: file.write(stored(value).SerializeToString())


def check(assay, case):
    """None where the outputs agree; else a word and why."""
    model, feeds = case.model(), case.feeds()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        expected = session.run(None, feeds)
    except Exception as error:
        return "not run by ONNX Runtime", str(error).replace("\n", " ")[-140:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        onnx.save(model, path)
        for index, value in enumerate(feeds.values()): write(folder, "input", index, value)
        for index, value in enumerate(expected): write(folder, "output", index, value)
        done = subprocess.run([assay, "verify", path, folder], capture_output=True, text=True)
        if done.returncode:
            text = (done.stdout + done.stderr).strip()[-160:]
            # Sums in another order may end on the other side of a half.
            if not case.types and np.asarray(expected[0]).dtype.itemsize == 1 and text.endswith("the worst by 1.0"): return "one step apart", text
            return "refused" if done.returncode == 6 else "differs", text
        done = subprocess.run([assay, "analyze", path, "--strict", "--quiet"], capture_output=True, text=True)
        if done.returncode != (4 if case.is_open else 0): return "incomplete", f"status {done.returncode} {done.stderr.strip()[-160:]}"
    return None


def cases():
    for generator in (fused, normalisation, attention, quantised, few_bits, pooling, experts, learned, trees, vectors, features, maps):
        yield from generator()


def fused():
    x, w, b = real(1, 4, 9, 9), real(6, 4, 3, 3), real(6)
    for activation, parameters in (("Relu", []), ("LeakyRelu", [.1]), ("Clip", [0., 6.]), ("Sigmoid", []), ("Tanh", []),
                                   ("HardSigmoid", [.2, .5])):
        yield Case("FusedConv", [x, w, b], activation=activation, activation_params=parameters, pads=[1] * 4)
        if not parameters: yield Case("FusedGemm", [real(3, 5), real(7, 5), real(7)], activation=activation, transB=1, alpha=.5, beta=2.)
    yield Case("FusedConv", [x, w, b, real(1, 6, 9, 9)], activation="Relu", pads=[1] * 4)
    for a, c in ((0, 0), (1, 0), (0, 1), (1, 1)):
        shape_a, shape_b = ((2, 5, 3) if a else (2, 3, 5)), ((2, 4, 5) if c else (2, 5, 4))
        yield Case("FusedMatMul", [real(*shape_a), real(*shape_b)], transA=a, transB=c, alpha=.125)
    for name in ("Gelu", "FastGelu", "QuickGelu"): yield Case(name, [real(3, 8)])
    yield Case("FastGelu", [real(3, 8), real(8)])
    yield Case("QuickGelu", [real(3, 8)], alpha=1.)
    yield Case("BiasGelu", [real(3, 8), real(8)])
    yield Case("BiasSplitGelu", [real(2, 3, 8), real(8)])


def normalisation():
    x, skip, vector = real(2, 3, 8), real(2, 3, 8), lambda: real(8)
    yield Case("SkipLayerNormalization", [x, skip, vector(), vector(), vector()], 4, epsilon=1e-5)
    yield Case("SkipLayerNormalization", [x, skip, vector()])
    yield Case("SkipSimplifiedLayerNormalization", [x, skip, vector()], epsilon=1e-5)
    yield Case("SkipSimplifiedLayerNormalization", [x, skip, vector(), vector()], 4)
    yield Case("SimplifiedLayerNormalization", [x, vector()], domain="", epsilon=1e-5)
    ids, segments = random.integers(0, 11, (2, 3)).astype(np.int32), random.integers(0, 2, (2, 3)).astype(np.int32)
    tables = [real(11, 8), real(5, 8), real(2, 8)]
    mask = np.array([[1, 1, 0], [1, 1, 1]], np.int32)
    yield Case("EmbedLayerNormalization", [ids, segments, *tables, vector(), vector(), mask], 2)
    yield Case("EmbedLayerNormalization", [ids, None, *tables[:2], None, vector(), vector()], 3, mask_index_type=0)
    places = np.array([[2, 1, 0], [0, 1, 4]], np.int32)
    yield Case("EmbedLayerNormalization", [ids, segments, *tables, vector(), vector(), mask, places], 3)
    for activation in (0, 1): yield Case("GroupNorm", [real(2, 5, 5, 8), real(8), real(8)], groups=4, activation=activation)


def attention():
    batch, length, heads, size = 2, 4, 2, 8
    hidden = heads * size
    x, w, b = real(batch, length, hidden), real(hidden, 3 * hidden, scale=.3), real(3 * hidden)
    past = real(2, batch, heads, 3, size)
    masks = {"": None, "raw": np.array([[1, 1, 1, 0], [1, 1, 0, 0]], np.int32), "end": np.array([3, 4], np.int32),
             "end, start": np.array([3, 4, 0, 1], np.int32),
             "rows": random.integers(0, 2, (batch, length, length)).astype(np.int32)}
    for label, mask in masks.items():
        for causal in (0, 1):
            yield Case("Attention", [x, w, b, mask], label=f"mask {label} causal {causal}", num_heads=heads, unidirectional=causal)
    yield Case("Attention", [x, w, b, None, past], 2, label="past", num_heads=heads, unidirectional=1)
    yield Case("Attention", [x, w, b, None, None, real(1, heads, length, length)], label="bias", num_heads=heads, scale=.2)
    yield Case("Attention", [x, real(hidden, 40, scale=.3), real(40)], label="sizes", num_heads=heads, qkv_hidden_sizes=[16, 16, 8])
    for weight in (uint8(hidden, 3 * hidden), int8(hidden, 3 * hidden)):
        zero = np.array(3, weight.dtype)
        yield Case("QAttention", [uint8(batch, length, hidden), weight, b, f32(.02), f32(.01), masks["end"], np.uint8(120), zero],
                   label=str(weight.dtype), stored=(1, 2, 4, 7), num_heads=heads)
        yield Case("QAttention", [uint8(batch, length, hidden), weight, b, f32(.02), f32(.01), None, np.uint8(120), zero, past],
                   2, label=f"{weight.dtype} past", stored=(1, 2, 4, 7), num_heads=heads, unidirectional=1)
    q, k, v = real(batch, length, hidden), real(batch, 5, hidden), real(batch, 5, hidden)
    yield Case("MultiHeadAttention", [q, k, v], num_heads=heads)
    yield Case("MultiHeadAttention", [q, k, v, real(3 * hidden)], num_heads=heads, scale=.3)
    yield Case("MultiHeadAttention", [q, k, v, None, np.array([[1] * 5, [1, 1, 1, 0, 0]], np.int32)], num_heads=heads)
    yield Case("MultiHeadAttention", [q, k, v, None, None, real(1, heads, length, 5)], num_heads=heads)
    yield Case("MultiHeadAttention", [q, q, q, None, None, None, real(batch, heads, 3, size), real(batch, heads, 3, size)],
               3, label="past", num_heads=heads, unidirectional=1)
    yield from grouped_queries(batch, 2 * size)
    table = real(16, size // 2)
    for interleaved in (0, 1):
        yield Case("RotaryEmbedding", [x, np.array([5], np.int64), table, real(16, size // 2)], interleaved=interleaved)
        places = random.integers(0, 16, (batch, length)).astype(np.int64)
        yield Case("RotaryEmbedding", [real(batch, heads, length, size), places, table, real(16, size // 2)], interleaved=interleaved)
    yield Case("RotaryEmbedding", [x, np.array([0], np.int64), real(16, 2), real(16, 2)], num_heads=heads, rotary_embedding_dim=4)


def grouped_queries(batch, size):
    heads, keys = 4, 2
    cosine, sine = np.cos(real(32, size // 2)), np.sin(real(32, size // 2))
    for rotary in (0, 1):
        for window in (-1, 3):
            attributes = dict(num_heads=heads, kv_num_heads=keys, do_rotary=rotary, local_window_size=window)
            tables = [cosine, sine] if rotary else [None, None]
            tokens = 6
            yield Case("GroupQueryAttention", [real(batch, tokens, heads * size), real(batch, tokens, keys * size),
                       real(batch, tokens, keys * size), None, None, np.array([5, 5], np.int32), np.array(6, np.int32), *tables],
                       3, label=f"prompt rotary {rotary} window {window}", **attributes)
            past = real(batch, keys, 7, size)
            yield Case("GroupQueryAttention", [real(batch, 1, heads * size), real(batch, 1, keys * size),
                       real(batch, 1, keys * size), past, real(batch, keys, 7, size), np.array([7, 7], np.int32),
                       np.array(8, np.int32), *tables], 3, label=f"step rotary {rotary} window {window}", **attributes)


def quantised():
    for make, zero in ((uint8, np.uint8(120)), (int8, np.int8(5))):
        x, other = make(2, 3, 6, 6), make(1, 3, 1, 6)
        for name in ("QLinearAdd", "QLinearMul"):
            yield Case(name, [x, f32(.021), zero, other, f32(.013), zero, f32(.051), zero])
        yield Case("QLinearSigmoid", [x, f32(.05), zero, f32(1 / 256), zero], stored=(1, 2, 3, 4))
        yield Case("QLinearLeakyRelu", [x, f32(.05), zero, f32(.043), zero], stored=(1, 2, 3, 4), alpha=.2)
        for last in (0, 1):
            yield Case("QLinearGlobalAveragePool", [x, f32(.05), zero, f32(.021), zero], channels_last=last)
            yield Case("QLinearAveragePool", [x, f32(.05), zero, f32(.021), zero], stored=(1, 2, 3, 4), channels_last=last,
                       kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1])
        yield Case("QLinearConcat", [f32(.04), zero, x, f32(.03), zero, make(2, 2, 6, 6), f32(.05), zero],
                   stored=(0, 1, 3, 4, 6, 7), axis=1)
        yield Case("QLinearSoftmax", [make(4, 10), f32(.05), zero, f32(1 / 256), make(1)[0] * 0], stored=(1, 2, 3, 4), opset=13, axis=-1)
        yield Case("NhwcMaxPool", [make(1, 7, 7, 4)], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
        weights = make(5, 3, 3, 3)
        yield Case("QLinearConv", [make(1, 8, 8, 3), f32(.02), zero, weights, f32(.01), np.zeros_like(zero), f32(.09), zero],
                   stored=(1, 2, 3, 4, 5, 6, 7), channels_last=1, pads=[1] * 4)
        for transposed in (0, 1):
            b = make(7, 5) if transposed else make(5, 7)
            c = random.integers(-999, 999, 7).astype(np.int32)
            yield Case("QGemm", [uint8(3, 5), f32(.02), np.uint8(100), b, f32(.01), zero, c], label="real", transB=transposed, stored=(3, 4, 5, 6))
            yield Case("QGemm", [uint8(3, 5), f32(.02), np.uint8(100), b, f32(.01), zero, c, f32(.05), np.uint8(110)],
                       transB=transposed, stored=(3, 4, 5, 6, 7, 8), alpha=1.)
        yield Case("MatMulIntegerToFloat", [uint8(2, 3, 5), make(5, 7), f32(.02), f32(.01), np.uint8(100), zero, real(7)])
        yield Case("MatMulIntegerToFloat", [uint8(3, 5), make(5, 7), f32(.02), real(7), np.uint8(100), make(7)], label="columns")
        yield Case("DynamicQuantizeMatMul", [real(2, 3, 5), make(5, 7), f32(.01), zero, real(7)])
        yield Case("DynamicQuantizeMatMul", [real(3, 5), make(5, 7), real(7), make(7)], label="columns")
    yield Case("QuantizeLinear", [real(3, 4), f32(.001), np.uint16(9000)])
    yield Case("DequantizeLinear", [random.integers(0, 60000, (3, 4)).astype(np.uint16), f32(.001), np.uint16(9000)])


def few_bits():
    for bits in (4, 8):
        for points in (False, True):
            depth, columns, block = 48, 6, 16
            blocks = depth // block
            b = random.integers(0, 256, (columns, blocks, block * bits // 8)).astype(np.uint8)
            zero = random.integers(0, 256, columns * ((blocks * bits + 7) // 8)).astype(np.uint8) if points else None
            yield Case("MatMulNBits", [real(3, depth), b, np.abs(real(columns * blocks, scale=.1)), zero], label=f"{bits} bits",
                       K=depth, N=columns, block_size=block, bits=bits, stored=(1, 2, 3))
    indices = np.array([[3, 0, 5], [1, 1, 2]], np.int64)
    for kind in (T.INT4, T.UINT4):
        low = -8 if kind == T.INT4 else 0
        numbers = random.integers(low, low + 16, 6 * 32).tolist()
        for points in (False, True):
            zero = helper.make_tensor("z", kind, (6, 2), random.integers(low, low + 16, 12).tolist()) if points else None
            yield Case("GatherBlockQuantized", [helper.make_tensor("d", kind, (6, 32), numbers), indices, real(6, 2), zero],
                       label=T.DataType.Name(kind), block_size=16, quantize_axis=1, gather_axis=0)
    for bits in (4, 8):
        yield Case("GatherBlockQuantized", [uint8(6, 32 * bits // 8), indices, real(6, 2)], label=f"bytes of {bits}",
                   stored=(0, 2), block_size=16, quantize_axis=1, gather_axis=0, bits=bits)


def pooling():
    yield Case("Pad", [real(3, 4), np.array([1, 0, 2, 1], np.int64), np.float32(7)], stored=(1,), mode="constant")
    yield Case("NhwcFusedConv", [real(1, 9, 9, 4), real(6, 4, 3, 3), real(6)], activation="Relu", pads=[1] * 4)


def experts():
    for activation in ("relu", "gelu", "silu", "identity"):
        for normalised in (0, 1):
            yield Case("MoE", [real(5, 8), real(5, 4), real(4, 16, 8), real(4, 16), real(4, 8, 16), real(4, 8)],
                       label=activation, k=2, activation_type=activation, normalize_routing_weights=normalised)


def ml(operator, *inputs, outputs=1, label="", **attributes):
    return Case(operator, list(inputs), outputs, ML, label, **attributes)


def learned():
    x = real(5, 4, scale=.2)
    for transform in ("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"):
        for targets in (1, 2, 3):
            weights, offsets = real(targets * 4, scale=.2).tolist(), (real(targets, scale=.1) + .5).tolist()
            classes = max(targets, 2)
            yield ml("LinearClassifier", x, outputs=2, label=f"{transform} {targets}", coefficients=weights, intercepts=offsets,
                     post_transform=transform, classlabels_ints=[10, 20, 30][:classes])
            yield ml("LinearClassifier", x, outputs=2, label=f"{transform} {targets} strings", coefficients=weights,
                     intercepts=offsets, post_transform=transform, classlabels_strings=["a", "b", "c"][:classes])
            yield ml("LinearRegressor", x, label=f"{transform} {targets}", coefficients=weights, intercepts=offsets,
                     targets=targets, post_transform=transform)


def forest(count, depth, targets, prefix, negative):
    """Complete trees over four features whose leaves have weights for each of `targets`."""
    attributes, leaves = collections.defaultdict(list), collections.defaultdict(list)
    for tree in range(count):
        for node in range(2 ** (depth + 1) - 1):
            is_leaf = node >= 2 ** depth - 1
            entry = dict(treeids=tree, nodeids=node, featureids=0 if is_leaf else int(random.integers(4)),
                         modes="LEAF" if is_leaf else "BRANCH_LEQ", values=0. if is_leaf else float(random.standard_normal()),
                         truenodeids=0 if is_leaf else 2 * node + 1, falsenodeids=0 if is_leaf else 2 * node + 2)
            for name, value in entry.items(): attributes["nodes_" + name].append(value)
            for target in targets if is_leaf else ():
                weight = float(random.standard_normal()) if negative else float(random.random()) / count
                for name, value in dict(treeids=tree, nodeids=node, ids=target, weights=weight).items():
                    leaves[f"{prefix}_{name}"].append(value)
    return {**attributes, **leaves}


def trees():
    # Two classes that both have weights are left out: ONNX Runtime then labels by the sign of the second one's score.
    for transform in ("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"):
        for negative in (0, 1):
            for targets, classes in (((0,), 2), ((1,), 2), ((0, 1, 2), 3)):
                yield ml("TreeEnsembleClassifier", real(5, 4), outputs=2, label=f"{transform} {targets} {negative}",
                         classlabels_int64s=[3, 4, 5][:classes], post_transform=transform,
                         **forest(3, 2, targets, "class", negative))
    for aggregate in ("SUM", "AVERAGE", "MIN", "MAX"):
        for targets in (1, 2):
            yield ml("TreeEnsembleRegressor", real(5, 4), label=aggregate, n_targets=targets, aggregate_function=aggregate,
                     base_values=[.5] * targets, **forest(3, 3, range(targets), "target", 1))


def vectors():
    x = real(5, 4)
    for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID"):
        common = dict(kernel_type=kernel, kernel_params=[.3, .1, 3.])
        for one_class in (0, 1):
            yield ml("SVMRegressor", x, label=f"{kernel} {one_class}", n_supports=6, support_vectors=real(24).tolist(),
                     coefficients=real(6).tolist(), rho=[.2], one_class=one_class, **common)
        for classes, has_probabilities in ((2, 0), (2, 1), (3, 0), (3, 1), (4, 1)):
            pairs = classes * (classes - 1) // 2
            sigmoid = dict(prob_a=(-random.random(pairs) - .5).tolist(), prob_b=real(pairs, scale=.1).tolist())
            for transform in ("NONE", "LOGISTIC", "SOFTMAX"):
                yield ml("SVMClassifier", x, outputs=2, label=f"{kernel} {classes} {has_probabilities} {transform}",
                         support_vectors=real(classes * 8).tolist(), coefficients=real((classes - 1) * classes * 2).tolist(),
                         rho=real(pairs).tolist(), vectors_per_class=[2] * classes, classlabels_ints=list(range(classes)),
                         post_transform=transform, **(sigmoid if has_probabilities else {}), **common)


def features():
    x, words = real(5, 4), np.array(["a", "c", "b"], object)
    for norm in ("MAX", "L1", "L2"): yield ml("Normalizer", x, label=norm, norm=norm)
    for kind in (np.float32, np.float64, np.int64, np.int32):
        numbers = (x * 5).astype(kind)
        yield ml("Scaler", numbers, offset=[1., 2., 3., 4.], scale=[.5, 2., 3., .1])
        yield ml("OneHotEncoder", numbers, cats_int64s=[0, 1, 2, -3], zeros=1)
        yield ml("FeatureVectorizer", numbers, (x * 3).astype(kind), inputdimensions=[3, 6])
        yield ml("Binarizer", numbers, threshold=.3)
    yield ml("OneHotEncoder", words, cats_strings=["a", "b"], zeros=1)
    yield ml("Imputer", np.where(x > .5, np.nan, x).astype(np.float32), imputed_value_floats=[1., 2., 3., 4.], replaced_value_float=float("nan"))
    yield ml("Imputer", x.astype(np.int64), imputed_value_int64s=[7], replaced_value_int64=0)
    yield ml("CategoryMapper", words, cats_int64s=[3, 4], cats_strings=["a", "b"])
    yield ml("CategoryMapper", np.array([4, 9, 3]), cats_int64s=[3, 4], cats_strings=["a", "b"])
    lists = {"int64s": [1, 2, 3], "floats": [1., float("nan"), .5], "strings": ["x", "y", "z"]}
    data = {"int64s": np.array([[1, 2], [9, 3]]), "floats": np.array([[1, np.nan], [9, .5]], np.float32), "strings": np.array(["x", "q"], object)}
    for keys, values in (("int64s", "floats"), ("floats", "strings"), ("strings", "int64s"), ("floats", "floats")):
        yield ml("LabelEncoder", data[keys], label=f"{keys} {values}", **{f"keys_{keys}": lists[keys], f"values_{values}": lists[values]})
    for places in ([0, 3], [[1, 2]], [2]): yield ml("ArrayFeatureExtractor", x, np.array(places))
    yield ml("ArrayFeatureExtractor", x[0], np.array([1, 3]))


def maps():
    for labels in ([7, 3, 9, -1], ["a", "c", "ü", ""]):
        name = f"classlabels_{'strings' if isinstance(labels[0], str) else 'int64s'}"
        kind = helper.make_sequence_type_proto(map_type({labels[0]: 1.}))
        for x in (real(5, 4), real(1, 4), real(4)): yield ml("ZipMap", x, types=[kind], **{name: labels})
    # The maps that ONNX Runtime takes from Python; MapTests has the others.
    yield ml("DictVectorizer", {4: .5, -2: -1.25, 0: 3., 9: 100000.}, is_open=True, int64_vocabulary=[-2, 6, 4, 9])
    scores = {6: .5, 1: -1.25, 0: 3., 3: 100000.}
    for target in ("TO_FLOAT", "TO_STRING", "TO_INT64"):
        yield ml("CastMap", scores, label=target, is_open=True, cast_to=target)
        yield ml("CastMap", scores, label=f"{target} sparse", is_open=True, cast_to=target, map_form="SPARSE", max_map=9)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assay")
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true", help="print each case that does not agree")
    arguments = parser.parse_args()
    table = collections.defaultdict(collections.Counter)
    for case in cases():
        if arguments.only not in case.operator: continue
        result = check(arguments.assay, case)
        table[case.operator][result[0] if result else "agrees"] += 1
        if result and arguments.list: print(f"{case.operator} {case.label} {case.attributes}: {result[0]}: {result[1]}")
    total = sum(table.values(), collections.Counter())
    for name in sorted(table): print(f"{name:34}" + ", ".join(f"{count} {word}" for word, count in table[name].items()))
    print("in all: " + ", ".join(f"{count} {word}" for word, count in total.items()))
    return 1 if total["differs"] or total["incomplete"] else 0


if __name__ == "__main__":
    sys.exit(main())
