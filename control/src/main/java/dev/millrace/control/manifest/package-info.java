/**
 * A model's folder in, a {@link dev.millrace.domain.model.ModelSpec} or findings out (MANIFEST.md).
 * The folder is looked at as hostile: links, hard links, odd names, formats that may carry code and
 * lying lengths are refused before anything parses a file for real.
 *
 * <p>Threads: any; nothing is kept. All calls read the disk and may wait. Not here: where versions
 * live (registry), how they are run. Start reading at {@link
 * dev.millrace.control.manifest.ManifestReader}.
 */
@NullMarked
package dev.millrace.control.manifest;

import org.jspecify.annotations.NullMarked;
