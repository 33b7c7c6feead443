#!/usr/bin/env python3
"""Writes a network that does a little more work than another: two 1x1 convolutions put into its middle.

    slowed_network.py mobilenet_v2.onnx slowed.onnx --width 96

The convolutions lead from the chosen layer's channels to WIDTH and back, so that WIDTH sets how much work is added. The weights
are zeros: the time does not depend on them, and nothing is measured of the values.
"""

import argparse

import onnx
from onnx import TensorProto, helper, shape_inference


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("source")
    arguments.add_argument("target")
    arguments.add_argument("--width", type=int, required=True, help="channels between the two convolutions")
    arguments.add_argument("--extent", type=int, default=14, help="height of the feature map that gets them")
    arguments = arguments.parse_args()

    model = onnx.load(arguments.source, load_external_data=False)
    graph = model.graph
    shapes = {
        value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in shape_inference.infer_shapes(model).graph.value_info
    }
    adds = [node for node in graph.node if node.op_type == "Add" and shapes.get(node.output[0], [])[2:] == [arguments.extent] * 2]
    if not adds:
        raise SystemExit(f"no Add of {arguments.extent} x {arguments.extent} in {arguments.source}")
    place = adds[-1].output[0]
    channels = shapes[place][1]
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name == place:
                node.input[index] = "slowed_out"
    before = place
    nodes = []
    for step, (inputs, outputs) in enumerate([(channels, arguments.width), (arguments.width, channels)]):
        weight = f"slowed_weight_{step}"
        after = "slowed_out" if step == 1 else "slowed_middle"
        graph.initializer.append(
            helper.make_tensor(weight, TensorProto.FLOAT, [outputs, inputs, 1, 1], bytes(4 * outputs * inputs), raw=True)
        )
        nodes.append(helper.make_node("Conv", [before, weight], [after], name=f"slowed_{step}", kernel_shape=[1, 1]))
        before = after
    index = next(i for i, node in enumerate(graph.node) if place in node.output) + 1
    rest = list(graph.node)[index:]
    del graph.node[index:]
    graph.node.extend(nodes + rest)
    onnx.save(model, arguments.target)


main()
