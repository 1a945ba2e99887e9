/**
 * Brings acknowledged tasks to runtimes and to their one end: {@link
 * dev.millrace.scheduling.Scheduling} (any thread) → {@code Inbox} → {@link
 * dev.millrace.scheduling.PoolScheduler} → {@code ModelRuntime}, whose reports come back through
 * the same inbox and leave as events of the task's stream.
 *
 * <p>Inside a pool: {@code DeploymentQueue} (who waits, whose turn it is), {@code Assigner} (forms
 * batches, gives leases), {@code AttemptReports} (what runtimes tell), {@code LostHosts} (deaths,
 * expired leases, retries, quarantine), {@code Endings} (the only place where a task ends), {@code
 * Draining}.
 *
 * <p>Threads: none of its own. One thread a pool turns its {@code PoolScheduler} and owns all of
 * the above; {@code Scheduling}, {@code Places}, {@code LiveTasks}, {@code Inbox} and the meters
 * are for any thread. In a simulation one thread turns everything under a virtual clock.
 *
 * <p>Not here: choosing a deployment (routing), running a model (runtime), keeping events
 * (streams). Start reading at {@code PoolScheduler}.
 */
@NullMarked
package dev.millrace.scheduling;

import org.jspecify.annotations.NullMarked;
