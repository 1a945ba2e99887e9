package dev.millrace.ingress.call;

import dev.millrace.domain.port.Dispatcher;
import dev.millrace.domain.port.Streams;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.kernel.Clock;

/** The rest of the line, as doors see it. */
public record Line(
    TaskIntake intake,
    Streams streams,
    Dispatcher dispatcher,
    SnapshotSource snapshots,
    Clock clock) {}
