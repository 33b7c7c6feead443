#!/usr/bin/env python3
"""Hold MACs and parameters against PyTorch's own counts, network by network.

    compare_flop_counter.py ASSAY [--only NAME ...] [--keep FOLDER]

Each network of torchvision, timm and transformers is built without trained weights (nothing is downloaded), run once at
batch 1 under `torch.utils.flop_counter.FlopCounterMode`, exported to ONNX and given to `assay analyze --format json`.
Exported as trained: normalisations stay, constant tensors are made unequal first, since exporters store equal ones once. Torch's exporter
is asked first (`dynamo`), the older one (`script`) where it cannot, or where the table below says so:
- convolutions over three axes without a bias: torch 2.15's exporter invents one of two axes, which the standard does not allow;
- networks of timm that keep a gathered bias between calls (LeViT, EfficientFormer): it would store what was gathered in place of the parameter.

MACs: the counter's figure is 2 x the MACs of mm, addmm, bmm, baddbmm and convolution (attention is run as the products that it is
made of), and is halved. Ours is `totals.macs`: Conv, ConvTranspose, Gemm, MatMul, Einsum, attention and recurrent operators.
Parameters: `sum(p.numel() for p in model.parameters())` beside `totals.parameters.learnable`.

A row is `equal` if both pairs of integers are. Where they are not, a network may name what the counter counts and the file does not
hold; each term is computed by torch, not by us, and the rest must be equal to the last digit:

  constant  modules that only see constants: torch runs them at each call, in a file they are folded (position tables)
  unused    parameters that the output does not depend on, by torch's own gradient; an exporter leaves them out
  stated    anything else, as a number with its reason in the table below

Anything else is a MISMATCH and ends the script with status 1, as does a lower bound. Needs torch, torchvision, timm, transformers, onnx, onnxscript.
"""
import argparse, dataclasses, gc, importlib, json, logging, os, subprocess, sys, tempfile, warnings
warnings.filterwarnings("ignore")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
import onnxscript.optimizer
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

torch.backends.mha.set_fastpath_enabled(False)
logging.disable(logging.WARNING)


@dataclasses.dataclass
class Network:
    name: str
    package: str
    make: object
    inputs: object
    constant: tuple = ()
    """Ends of the names of modules that run on constants alone."""
    stated: tuple = (0, 0, "")
    """MACs and parameters that torch counts and the file does not hold, and why."""
    exporter: str = "dynamo"
    opset: int = 18


class Picked(nn.Module):
    """A network of several outputs, reduced to one tensor."""
    def __init__(self, network, pick): super().__init__(); self.network, self.pick = network, pick
    def forward(self, *inputs): return self.pick(self.network(*inputs))


def image(size=224): return lambda: (torch.randn(1, 3, size, size),)
def video(frames, size): return lambda: (torch.randn(1, 3, frames, size, size),)
def tokens(length, vocabulary): return lambda: (torch.randint(0, vocabulary, (1, length)),)


def vision(name, inputs=None, group=None, pick=None, rename=None, **options):
    settings = {key: options.pop(key) for key in ("constant", "stated", "exporter", "opset") if key in options}

    def make():
        import torchvision
        module = torchvision.models if group is None else getattr(torchvision.models, group)
        if group == "segmentation":
            options.setdefault("weights_backbone", None)
        model = getattr(module, name)(weights=None, **options)
        return Picked(model, pick) if pick else model
    return Network(rename or name, "torchvision", make, inputs or image(), **settings)


def timm(name, size=None, **options):
    settings = {key: options.pop(key) for key in ("constant", "stated", "exporter", "opset") if key in options}

    def make():
        import timm
        return timm.create_model(name, pretrained=False, **options)

    def inputs():
        import timm
        return image(size or timm.get_pretrained_cfg(name).input_size[-1])()
    return Network(name, "timm", make, inputs, **settings)


def transformer(name, kind, config, inputs, pick, **options):
    settings = {key: options.pop(key) for key in ("constant", "stated", "exporter", "opset") if key in options}

    def make():
        import transformers
        package, _, name = kind.rpartition(".")
        module = importlib.import_module(package) if package else transformers
        model = getattr(module, name)(getattr(transformers, config)(**options))
        return Picked(model, pick)
    return Network(name, "transformers", make, inputs, **settings)


def hidden(output): return output.last_hidden_state
def pooled(output): return output.pooler_output
def logits(output): return output.logits


DECODER = dict(use_cache=False)
SMALL_LLAMA = dict(
    vocab_size=4096, hidden_size=512, intermediate_size=1408, num_hidden_layers=4, num_attention_heads=8, **DECODER)

NETWORKS = [
    vision("alexnet"), vision("vgg11_bn"), vision("vgg16"), vision("squeezenet1_1"), vision("densenet121"), vision("densenet169"),
    vision("googlenet", aux_logits=False, init_weights=False),
    vision("inception_v3", image(299), aux_logits=False, init_weights=False),
    vision("resnet18"), vision("resnet34"), vision("resnet50"), vision("resnet101"), vision("resnet152"),
    vision("resnext50_32x4d"), vision("wide_resnet50_2"), vision("regnet_x_400mf"), vision("regnet_y_1_6gf"),
    vision("shufflenet_v2_x1_0"), vision("mnasnet1_0"), vision("mobilenet_v2"), vision("mobilenet_v3_small"),
    vision("mobilenet_v3_large"), vision("efficientnet_b0"), vision("efficientnet_b3", image(300)),
    vision("efficientnet_v2_s", image(384)), vision("convnext_tiny"), vision("vit_b_16"), vision("vit_b_32"),
    vision("swin_t"), vision("swin_v2_t", image(256), constant=("cpb_mlp",)), vision("maxvit_t", stated=(0, -168 * (49 * 49 - 13 * 13), "folding stores 168 gathered tables of 49 x 49 in place of 13 x 13")),
    vision("r3d_18", video(8, 112), group="video", exporter="script"), vision("r2plus1d_18", video(8, 112), group="video", exporter="script"),
    vision("mc3_18", video(8, 112), group="video", exporter="script"), vision("s3d", video(16, 224), group="video", exporter="script"),
    vision("fcn_resnet50", image(), group="segmentation", pick=lambda o: o["out"]),
    vision("deeplabv3_resnet50", image(), group="segmentation", pick=lambda o: o["out"]),
    vision("deeplabv3_mobilenet_v3_large", image(), group="segmentation", pick=lambda o: o["out"]),
    vision("lraspp_mobilenet_v3_large", image(), group="segmentation", pick=lambda o: o["out"]),

    timm("deit_tiny_patch16_224"), timm("beit_base_patch16_224"), timm("mixer_s32_224"), timm("gmlp_s16_224"),
    timm("resmlp_12_224"), timm("coatnet_0_rw_224", stated=(0, -(12 + 24) * (49 * 49 - 13 * 13), "folding stores two gathered tables of 49 x 49 in place of 13 x 13")), timm("efficientformer_l1", exporter="script"), timm("levit_128s", exporter="script"), timm("pvt_v2_b0"),
    timm("twins_svt_small"), timm("xcit_nano_12_p16_224", constant=("pos_embed",)), timm("cait_xxs24_224"), timm("convmixer_768_32"),
    timm("ghostnet_100"), timm("hrnet_w18_small"), timm("dm_nfnet_f0", 192), timm("rexnet_100"), timm("repvgg_a2"),
    timm("tinynet_a"), timm("mobilevit_s"), timm("edgenext_small", constant=("pos_embd",), stated=(0, -64 * 32 * 32, "folding stores the computed position table")), timm("poolformer_s12"), timm("caformer_s18"),
    timm("dla34"), timm("res2net50_26w_4s"), timm("resnest50d"), timm("selecsls42b"), timm("vovnet39a"), timm("cspdarknet53"),
    timm("crossvit_9_240"), timm("fastvit_t8"), timm("mobileone_s0"), timm("repghostnet_100"), timm("volo_d1_224"),
    timm("visformer_tiny"), timm("pit_ti_224"), timm("convnextv2_atto"), timm("hgnet_tiny"), timm("lcnet_050"), timm("skresnet18"),
    timm("mobilenetv4_conv_small"), timm("focalnet_tiny_srf"), timm("gcvit_xxtiny"), timm("botnet26t_256"), timm("halonet26t"),
    timm("lambda_resnet26t"),

    transformer("bert_base", "BertModel", "BertConfig", tokens(128, 30522), pooled),
    transformer("distilbert", "DistilBertModel", "DistilBertConfig", tokens(128, 30522), hidden),
    transformer("roberta_base", "RobertaModel", "RobertaConfig", tokens(128, 50265), pooled),
    transformer("albert_base_v2", "AlbertModel", "AlbertConfig", tokens(128, 30000), pooled, hidden_size=768, num_attention_heads=12, intermediate_size=3072),
    transformer("electra_small", "ElectraModel", "ElectraConfig", tokens(128, 30522), hidden),
    transformer("deberta_v2", "DebertaV2Model", "DebertaV2Config", tokens(64, 4096), hidden, constant=("pos_key_proj", "pos_query_proj"), vocab_size=4096, hidden_size=384, num_hidden_layers=6,
                num_attention_heads=6, intermediate_size=1536, relative_attention=True, pos_att_type=["p2c", "c2p"], position_buckets=64),
    transformer("gpt2", "GPT2LMHeadModel", "GPT2Config", tokens(64, 50257), logits, **DECODER),
    transformer("gpt2_attention_operator", "GPT2LMHeadModel", "GPT2Config", tokens(64, 50257), logits, opset=23, **DECODER),
    transformer("gpt_neox", "GPTNeoXForCausalLM", "GPTNeoXConfig", tokens(64, 4096), logits, vocab_size=4096, hidden_size=512, num_hidden_layers=4,
                num_attention_heads=8, intermediate_size=2048, stated=(0, -4 * 2 * 64 * 16, "folding stores the rotary tables of 4 layers"), **DECODER),
    transformer("opt_125m", "OPTForCausalLM", "OPTConfig", tokens(64, 50272), logits, **DECODER),
    transformer("bloom", "BloomForCausalLM", "BloomConfig", tokens(64, 4096), logits, vocab_size=4096, hidden_size=256, n_layer=4, n_head=8, **DECODER),
    transformer("llama", "LlamaForCausalLM", "LlamaConfig", tokens(256, 4096), logits, constant=("rotary_emb",), **SMALL_LLAMA),
    transformer("mistral_grouped_query", "MistralForCausalLM", "MistralConfig", tokens(256, 4096), logits, constant=("rotary_emb",),
                num_key_value_heads=2, sliding_window=64, **SMALL_LLAMA),
    transformer("qwen2", "Qwen2ForCausalLM", "Qwen2Config", tokens(256, 4096), logits, constant=("rotary_emb",), num_key_value_heads=2, tie_word_embeddings=True, **SMALL_LLAMA),
    transformer("gemma", "GemmaForCausalLM", "GemmaConfig", tokens(64, 4096), logits, constant=("rotary_emb",), num_key_value_heads=1, head_dim=64, **SMALL_LLAMA),
    transformer("phi", "PhiForCausalLM", "PhiConfig", tokens(64, 4096), logits, constant=("rotary_emb",), **SMALL_LLAMA),
    transformer("t5_encoder", "T5EncoderModel", "T5Config", tokens(64, 32128), hidden),
    transformer("vit_base", "ViTModel", "ViTConfig", image(), pooled),
    transformer("clip_vision", "CLIPVisionModel", "CLIPVisionConfig", image(), pooled),
    transformer("dinov2_small", "Dinov2Model", "Dinov2Config", image(), pooled, hidden_size=384, num_attention_heads=6),
    transformer("segformer_b0", "SegformerModel", "SegformerConfig", image(256), hidden),
    transformer("mobilevit_v2", "MobileViTV2Model", "MobileViTV2Config", image(256), pooled),
    transformer("wav2vec2_base", "Wav2Vec2Model", "Wav2Vec2Config", lambda: (torch.randn(1, 16000),), hidden, mask_time_prob=0.0),
    transformer("whisper_tiny_encoder", "transformers.models.whisper.modeling_whisper.WhisperEncoder", "WhisperConfig", lambda: (torch.randn(1, 80, 3000),), hidden, d_model=384, encoder_layers=4,
                encoder_attention_heads=6, encoder_ffn_dim=1536),
]


def distinct(model):
    """Equal tensors made unequal, statistics sensible."""
    generator = torch.Generator().manual_seed(0)
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_mean is not None:
            module.running_mean.copy_(torch.randn(module.num_features, generator=generator) * 0.1)
            module.running_var.copy_(torch.rand(module.num_features, generator=generator) * 0.5 + 0.75)
    for parameter in model.parameters():
        if parameter.numel() > 1 and parameter.data.min() == parameter.data.max():
            parameter.data += torch.randn(parameter.shape, generator=generator) * 0.02
    return model.eval().requires_grad_(False)


def counted_by_torch(model, inputs, constant):
    """MACs in all, and of modules that see constants only."""
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False, depth=None) as counter:
        model(*inputs)
    counts = counter.get_flop_counts()
    ahead = sum(sum(operators.values()) for module, operators in counts.items() if module.endswith(constant)) if constant else 0
    return counter.get_total_flops() // 2, ahead // 2


def unused_parameters(model, inputs):
    """Elements of parameters that the output does not depend on."""
    parameters = list(model.parameters())
    for parameter in parameters: parameter.requires_grad_(True)
    gradients = torch.autograd.grad(model(*inputs).sum(), parameters, allow_unused=True)
    return sum(p.numel() for p, gradient in zip(parameters, gradients) if gradient is None)


def export(model, inputs, path, network):
    def new():
        with sdpa_kernel(SDPBackend.MATH):
            program = torch.onnx.export(
                model, inputs, dynamo=True, optimize=False, opset_version=network.opset, verbose=False)
        # A part of the exporter's own optimization makes a Split of what it wrote as a sequence; another, left out, would fold
        # normalisations into weights.
        if any(node.op_type == "SplitToSequence" for node in program.model.graph):
            onnxscript.optimizer.fold_constants(program.model)
            onnxscript.optimizer.remove_unused_nodes(program.model)
        program.save(path, external_data=True)

    def old():
        torch.onnx.export(
            model, inputs, path, dynamo=False, opset_version=min(network.opset, 18), do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE)
    ways = {"dynamo": new, "script": old}
    order = [network.exporter] + [way for way in ways if way != network.exporter]
    problems = []
    for way in order:
        try:
            with torch.no_grad():
                ways[way]()
            return way
        except Exception as problem:
            problems.append(f"{way}: {type(problem).__name__}: {str(problem).strip().splitlines()[0][:120]}")
    raise RuntimeError("; ".join(problems))


def compare(network, tool, folder):
    torch.manual_seed(0)
    model, inputs = distinct(network.make()), network.inputs()
    theirs, ahead = counted_by_torch(model, inputs, network.constant)
    parameters = sum(p.numel() for p in model.parameters())
    path = os.path.join(folder, network.name + ".onnx")
    way = export(model, inputs, path, network)
    result = subprocess.run([tool, "analyze", path, "--format", "json", "-q"], capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr.strip().splitlines()[-1])
    totals = json.loads(result.stdout)["totals"]
    ours, learnable = totals["macs"], totals["parameters"]["learnable"]
    stated_macs, stated_parameters, reason = network.stated
    macs_off, parameters_off = theirs - ours, parameters - learnable
    notes, wrong = [], []
    if totals["completeness"]["status"] != "complete":
        wrong.append("lower bound")
    if macs_off:
        if macs_off == ahead + stated_macs:
            if ahead: notes.append(f"{ahead:,} MACs of {', '.join(network.constant)} run on constants")
        else:
            wrong.append(f"MACs off by {macs_off:,}" + (f", {ahead:,} on constants" if ahead else ""))
    if parameters_off:
        unused = unused_parameters(model, inputs)
        if parameters_off == unused + stated_parameters:
            if unused: notes.append(f"{unused:,} parameters unused by the output")
        else:
            wrong.append(f"parameters off by {parameters_off:,}" + (f", {unused:,} unused" if unused else ""))
    if reason and not wrong and (macs_off or parameters_off):
        notes.append(reason)
    verdict = "MISMATCH: " + "; ".join(wrong) if wrong else "explained: " + "; ".join(notes) if notes else "equal"
    return f"| {network.name} | {network.package} | {way} | {ours:,} | {theirs:,} | {learnable:,} | {parameters:,} | {verdict} |", verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--keep", help="leave the exported files here")
    args = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    print("| network | package | exporter | MACs | torch's / 2 | parameters | torch's | verdict |")
    print("|---|---|---|---:|---:|---:|---:|---|")
    verdicts = []
    for network in NETWORKS:
        if args.only and network.name not in args.only:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            try:
                row, verdict = compare(network, args.tool, args.keep or scratch)
            except Exception as problem:
                verdict = f"MISMATCH: {type(problem).__name__}: {str(problem).strip()[:300]}"
                row = f"| {network.name} | {network.package} | | | | | | {verdict} |"
        print(row, flush=True)
        verdicts.append(verdict.split(":")[0])
        gc.collect()
    print("\n" + ", ".join(f"{verdicts.count(kind)} {kind}" for kind in ("equal", "explained", "MISMATCH")))
    return 1 if "MISMATCH" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
