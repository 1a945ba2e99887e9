/**
 * What serving costs beside the bare library, for language models: the two by turns in one process,
 * so that whatever else the machine does weighs on both. Started by {@code ./millrace-verify chat};
 * start reading at {@link dev.millrace.verify.chat.ChatFigures}.
 */
@NullMarked
package dev.millrace.verify.chat;

import org.jspecify.annotations.NullMarked;
