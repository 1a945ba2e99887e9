/**
 * Models on other servers that speak OpenAI's protocol. In: attempts, through {@link
 * dev.millrace.runtime.remote.RemoteRuntime}; out: requests over HTTP/1.1, and reports to a {@code
 * ModelRuntime.Listener}.
 *
 * <p>Threads: each deployment lives on one event loop, which owns its replicas, calls and budget;
 * others hand work over by {@code runOnContext}. Nothing waits. An answer is read buffer by buffer,
 * the next asked for when the last was reported, so a fast server fills no memory of ours; while an
 * attempt is paused for its client none is.
 *
 * <p>Not here: our own doors, where keys are kept. This is the second place beside {@code ingress}
 * that names Vert.x (decision 10). Start reading at {@code Call}.
 */
@NullMarked
package dev.millrace.runtime.remote;

import org.jspecify.annotations.NullMarked;
