#!/usr/bin/env python3
"""Ask the onnx package whether it reads the text that this one reads and prints.

    check_text_fixtures.py FIXTURES              every FIXTURES/*.onnxtxt: parser, checker, shape inference
    check_text_fixtures.py --printed NETWORK.onnx TEXT ...   that TEXT, printed from NETWORK, is the same network

Weights that the text does not give (`= {}`) are filled with zeros first: the checker wants data.
"""
import glob, os, sys
import onnx
from onnx import checker, helper, parser, shape_inference

def fill(model):
    for tensor in model.graph.initializer:
        size = 1
        for extent in tensor.dims: size *= extent
        fields = ("float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data")
        if size and tensor.data_location != onnx.TensorProto.EXTERNAL and not any(len(getattr(tensor, f)) for f in fields):
            tensor.raw_data = bytes(helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize * size)

def check(path):
    model = parser.parse_model(open(path).read())
    fill(model)
    if os.path.basename(path) == "attributes.onnxtxt": return  # its operator exists nowhere
    checker.check_model(model, full_check=True)
    inferred = shape_inference.infer_shapes(model, strict_mode=True, check_type=True)
    assert len(inferred.graph.output) == len(model.graph.output)

def same(path, text):
    """Nodes, initializers, inputs and outputs of the text are those of the file."""
    one, other = onnx.load(path, load_external_data=False), parser.parse_model(open(text).read())
    domain = lambda d: "" if d == "ai.onnx" else d
    node = lambda n: (n.name, n.op_type, domain(n.domain), list(n.input), list(n.output), sorted(a.name for a in n.attribute))
    tensor = lambda t: (t.name, t.data_type, list(t.dims))
    for describe, field in ((node, "node"), (tensor, "initializer")):
        a, b = ([describe(x) for x in getattr(m.graph, field)] for m in (one, other))
        assert a == b, (field, [pair for pair in zip(a, b) if pair[0] != pair[1]][:1])
    assert [o.name for o in one.graph.output] == [o.name for o in other.graph.output]
    assert {i.name for i in other.graph.input} <= {i.name for i in one.graph.input}

def main(arguments):
    if arguments[:1] == ["--printed"]:
        jobs = [(same, pair) for pair in zip(arguments[1::2], arguments[2::2])]
    else:
        jobs = [(check, (path,)) for path in sorted(glob.glob(os.path.join(arguments[0], "*.onnxtxt")))]
    failed = 0
    for job, paths in jobs:
        try:
            job(*paths)
        except Exception as error:
            failed += 1
            print(f"{paths[-1]}: {error}")
    print(f"{len(jobs) - failed} of {len(jobs)} accepted")
    return 1 if failed or not jobs else 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
