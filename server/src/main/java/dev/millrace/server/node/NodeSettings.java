package dev.millrace.server.node;

import dev.millrace.control.config.IoConfig;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.ingress.IngressSettings;
import dev.millrace.ingress.IngressSettings.TransportKind;
import dev.millrace.journal.JournalSettings;
import dev.millrace.kernel.log.LogSettings;
import dev.millrace.scheduling.SchedulingConfig;
import dev.millrace.streams.TaskStreams;
import java.time.Duration;
import java.util.Set;

/** The configuration as each stage takes it. Pure functions. */
final class NodeSettings {

  private static final int RECENT_STREAMS = 1_024;
  private static final int WAITING_REPORTS = 1 << 16;
  private static final int CLASS_SHARE = 16;

  private NodeSettings() {}

  static JournalSettings journal(NodeConfig config) {
    LogSettings log = LogSettings.DEFAULT;
    JournalSettings usual = JournalSettings.DEFAULT;
    return new JournalSettings(
        new LogSettings(
            config.log().segmentBytes(),
            // A block must fit in the smallest segment that may be configured, beside its header.
            (int) Math.min(log.maxBlockBytes(), config.log().segmentBytes() / 2),
            log.maxRecordBytes(),
            log.mailboxEntries(),
            Duration.ofMillis(config.log().idleMarkMillis()),
            config.log().reserveBytes()),
        usual.inlineBytes(),
        usual.maxBlobBytes(),
        usual.inputsInFlight(),
        usual.waitingEvents(),
        Duration.ofMillis(config.log().idempotencyMillis()),
        usual.idempotencyKeys(),
        Duration.ofMillis(config.streams().keepMillis()),
        usual.snapshotEveryBytes(),
        usual.logKeep(),
        usual.logKeepBytes());
  }

  static TaskStreams.Settings streams(NodeConfig config) {
    return new TaskStreams.Settings(
        Duration.ofMillis(config.streams().keepMillis()),
        config.streams().memoryBytes(),
        RECENT_STREAMS);
  }

  static SchedulingConfig scheduling(NodeConfig config) {
    return new SchedulingConfig(
        config.lanes().tasks(),
        Duration.ofMillis(config.lanes().waitMillis()),
        Duration.ofMillis(config.leases().durationMillis()),
        config.leases().quarantineAfter(),
        CLASS_SHARE,
        WAITING_REPORTS,
        config.lanes().inputBytes());
  }

  static IngressSettings ingress(NodeConfig config) {
    return new IngressSettings(
        config.http().host(),
        config.http().port(),
        config.http().operatorHost(),
        config.http().operatorPort(),
        eventLoops(config.io()),
        transport(config.io().transport()),
        Set.copyOf(config.http().origins()),
        new IngressSettings.Connections(
            config.http().maxConnections(),
            config.http().idleMillis(),
            config.http().keepAliveMillis(),
            config.http().pingMillis(),
            config.http().resets()),
        config.log().tasks(),
        config.log().calls());
  }

  /** Half of the cores: the other half is for pools, log and models. */
  private static int eventLoops(IoConfig io) {
    return io.eventLoops() > 0
        ? io.eventLoops()
        : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  private static TransportKind transport(IoConfig.Transport transport) {
    return switch (transport) {
      case EPOLL -> TransportKind.EPOLL;
      case IO_URING -> TransportKind.IO_URING;
      case NIO -> TransportKind.NIO;
    };
  }
}
