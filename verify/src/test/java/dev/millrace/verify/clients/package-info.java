/**
 * Clients that others wrote, unchanged, against a real node: openai for Python, Node and Java,
 * LangChain4j, Spring AI, tritonclient, a browser, curl, plain V2, and schemathesis, which holds a
 * node against its description. What goes in is a node's address; what comes out is that they work,
 * and that they see each failure as one. {@code docs/clients.md} has the table.
 *
 * <p>Start reading at {@link OpenAiPythonTest}; its checks lie in {@code src/test/clients/python}.
 */
@NullMarked
package dev.millrace.verify.clients;

import org.jspecify.annotations.NullMarked;
