/**
 * The launcher against machines that do not exist: scripts that stand in for JDKs and Maven go in,
 * what the launcher says and starts comes out.
 *
 * <p>Start reading at {@link LauncherTest}; {@link Machine} builds the stage.
 */
@NullMarked
package dev.millrace.verify.launcher;

import org.jspecify.annotations.NullMarked;
