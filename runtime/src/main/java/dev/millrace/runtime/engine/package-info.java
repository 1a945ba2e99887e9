/**
 * What every runtime of this module is behind: an {@link dev.millrace.runtime.engine.Engine} loads
 * a deployment and gives a {@link dev.millrace.runtime.engine.LoadedModel} that runs attempts. The
 * same engines run in the node (isolation in-process) and in a worker process.
 */
@NullMarked
package dev.millrace.runtime.engine;

import org.jspecify.annotations.NullMarked;
