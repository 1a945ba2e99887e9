/**
 * The OpenAI door: completions, chat, embeddings and models under {@code /v1}, as the official
 * clients expect them (WIRE.md, sections 3 and 5). A call here is cancelled when its client goes;
 * while it lives, its task can be followed at the tasks door by the id in {@code x-millrace-task}.
 * Event loops only. Start reading at {@link dev.millrace.ingress.openai.OpenAiDoor}.
 */
@NullMarked
package dev.millrace.ingress.openai;

import org.jspecify.annotations.NullMarked;
