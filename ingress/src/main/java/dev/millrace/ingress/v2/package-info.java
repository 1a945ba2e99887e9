/**
 * The Open Inference Protocol V2 over HTTP with tensors as JSON (WIRE.md, section 1): metadata,
 * readiness, {@code infer}. A model shows the signature after its steps: an image model takes BYTES
 * {@code image} [N], as base64 text since JSON knows no bytes.
 *
 * <p>{@code priority}: 1 asks for critical, 2 for standard, more for sheddable, each at most as
 * high as the key allows; 0 for the model's default. {@code timeout}: microseconds to the deadline.
 * What is not a number comes out as null: JSON has no other word for it.
 *
 * <p>Event loops only. Start reading at {@link dev.millrace.ingress.v2.V2Door}.
 */
@NullMarked
package dev.millrace.ingress.v2;

import org.jspecify.annotations.NullMarked;
