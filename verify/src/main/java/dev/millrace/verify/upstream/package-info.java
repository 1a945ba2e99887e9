/**
 * A server that speaks OpenAI's protocol and has no model: what stands behind a proxy in tests and
 * measurements. What it answers, how slowly and with which fault is asked for by the model's name,
 * such as {@code mock?tokens=32&interval_ms=5&fault=cut&at=3}.
 *
 * <p>Threads: a virtual one a connection. Nothing is kept between requests but counts. Start
 * reading at {@link dev.millrace.verify.upstream.MockUpstream}.
 */
@NullMarked
package dev.millrace.verify.upstream;

import org.jspecify.annotations.NullMarked;
