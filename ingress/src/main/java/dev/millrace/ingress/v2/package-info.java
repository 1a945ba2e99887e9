/**
 * The Open Inference Protocol V2 over HTTP (WIRE.md, section 1): metadata, readiness,
 * configuration, statistics, the repository of deployments, {@code infer} with tensors as JSON or
 * as bytes behind it, {@code generate} and {@code generate_stream}. A model shows the signature
 * after its steps: an image model takes BYTES {@code image} [N], in JSON as base64 text; a
 * generator takes its prompt and gives its text. An input {@code <name>.raw} is a bare tensor of an
 * ONNX model, passed on as it is.
 *
 * <p>What does not depend on HTTP is shared with the same protocol over gRPC: {@link
 * dev.millrace.ingress.v2.Catalog}, {@link dev.millrace.ingress.v2.InferRequest}, {@link
 * dev.millrace.ingress.v2.InferOutcome}.
 *
 * <p>{@code priority}: 1 asks for critical, 2 for standard, more for sheddable, each at most as
 * high as the key allows; 0 for the model's default. {@code timeout}: microseconds to the deadline.
 * What is not a number comes out as null in JSON, which has no other word for it, and as it is in
 * bytes.
 *
 * <p>Event loops only, but for loading and unloading. Start reading at {@link
 * dev.millrace.ingress.v2.V2Door}.
 */
@NullMarked
package dev.millrace.ingress.v2;

import org.jspecify.annotations.NullMarked;
