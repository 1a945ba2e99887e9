/**
 * The library llama.cpp through the foreign-function interface: a folder comes in, a {@link
 * dev.millrace.runtime.llama.port.LanguageModel} goes out. Layouts are those of release 0.5; a
 * library of another version is refused at load.
 *
 * <p>Native code can end the process: it runs in a worker. Not here: which sequence goes when.
 * Start reading at {@code LlamaLibrary}.
 */
@NullMarked
package dev.millrace.runtime.llama.bind;

import org.jspecify.annotations.NullMarked;
