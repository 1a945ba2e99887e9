package dev.millrace.control.registry;

import dev.millrace.domain.model.ModelSpec;
import org.jspecify.annotations.Nullable;

/**
 * What became of an add.
 *
 * @param spec the version, where it now lies
 * @param fresh false when the same bytes were there already
 * @param derivedManifest the manifest that was written for a bare file, else null
 */
public record AddedModel(ModelSpec spec, boolean fresh, @Nullable String derivedManifest) {}
