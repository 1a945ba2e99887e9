/**
 * The versions of models that this node has: folders in, {@link
 * dev.millrace.domain.model.ModelSpec}s out. A version is immutable once added, and one whose bytes
 * are not its digest's never loads.
 *
 * <p>Under the data folder:
 *
 * <pre>
 * models/NAME/VERSION/content/...   the files, model.yaml among them
 * models/NAME/VERSION/listing       what they must be: SHA-256, size, time, format, path
 * models/.approvals                 digests that may run in the node, one a line
 * models/.lock                      held while something is added
 * models/.incoming-*                an add under way; swept when nobody holds the lock
 * bundled/NAME/DIGEST/              bundled: the listing, and files where some come from a jar
 * </pre>
 *
 * <p>Threads: any, all calls wait for the disk; never on a loop. Not here: what is loaded and how
 * (snapshot). Start reading at {@link dev.millrace.control.registry.ModelRegistry}.
 */
@NullMarked
package dev.millrace.control.registry;

import org.jspecify.annotations.NullMarked;
