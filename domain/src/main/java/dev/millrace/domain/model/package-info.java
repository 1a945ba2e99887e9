/**
 * A model's version as its manifest declares it (MANIFEST.md), and what doors and stages need to
 * know of it. Values only. Start reading at {@link dev.millrace.domain.model.ModelSpec}.
 */
@NullMarked
package dev.millrace.domain.model;

import org.jspecify.annotations.NullMarked;
