package dev.millrace.domain.snapshot;

/** Where the current snapshot is read: one volatile reference, any thread. */
@FunctionalInterface
public interface SnapshotSource {

  ServingSnapshot current();
}
