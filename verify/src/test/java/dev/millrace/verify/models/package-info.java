/**
 * The bundled models held against the expected outputs beside the project: through the real
 * registry, and through every door of a real node. Start reading at {@link BundledModelsTest}.
 */
@NullMarked
package dev.millrace.verify.models;

import org.jspecify.annotations.NullMarked;
