/**
 * Clients that others wrote, unchanged, against a real node: openai for Python, LangChain4j, curl,
 * plain V2. What goes in is a node's address; what comes out is that they work, and that they see
 * each failure as one.
 *
 * <p>Start reading at {@link OpenAiPythonTest}; its checks lie in {@code src/test/clients/python}.
 */
@NullMarked
package dev.millrace.verify.clients;

import org.jspecify.annotations.NullMarked;
