/**
 * What an answer must keep to: a JSON schema comes in, a grammar in the library's notation (GBNF)
 * goes out. A documented part of JSON Schema is understood; the rest is refused with its pointer,
 * never passed over. Pure functions. Start reading at {@link
 * dev.millrace.runtime.llama.grammar.SchemaGrammar}.
 */
@NullMarked
package dev.millrace.runtime.llama.grammar;

import org.jspecify.annotations.NullMarked;
