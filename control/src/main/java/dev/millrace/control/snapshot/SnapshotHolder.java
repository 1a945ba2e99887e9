package dev.millrace.control.snapshot;

import dev.millrace.control.config.NodeConfig;
import dev.millrace.control.snapshot.SnapshotBuilder.Damage;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Place;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.kernel.Clock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current snapshot, behind one reference.
 *
 * <p>Visibility: whoever reads {@link #current} sees a snapshot whole. A reload builds, checks,
 * swaps and tells the listeners, one reload at a time.
 */
public final class SnapshotHolder implements SnapshotSource {

  /** How many snapshots are kept; the oldest goes first. */
  public static final int MOST_LIVE = 8;

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotHolder.class);

  /** Gives the configuration as it is now, such as by reading the file. */
  @FunctionalInterface
  public interface ConfigSource {
    NodeConfig read() throws IOException;
  }

  private final SnapshotBuilder builder;
  private final Clock clock;
  private final List<SnapshotListener> listeners = new CopyOnWriteArrayList<>();
  private final Deque<ServingSnapshot> live = new ArrayDeque<>();
  private final Map<String, Deployment> out = new TreeMap<>();
  private @Nullable NodeConfig taken;
  private volatile ServingSnapshot current;

  /** Deployments that are configured and out of service, by model name. */
  private volatile Map<String, Deployment> outOfService = Map.of();

  /** Starts with snapshot 0, which serves nothing. */
  public SnapshotHolder(SnapshotBuilder builder, Clock clock) {
    this.builder = builder;
    this.clock = clock;
    this.current = new ServingSnapshot(0, Map.of(), RequestLimits.DEFAULT, clock.wallMillis());
  }

  @Override
  public ServingSnapshot current() {
    return current;
  }

  /** Tells the listener of every swap from now on. */
  public void listen(SnapshotListener listener) {
    listeners.add(listener);
  }

  /**
   * The first one: as {@link #reload}, but damaged models are left out and named in the snapshot.
   * There is nothing better to go on with, and one bad file must not stop the others.
   */
  public Reload start(ConfigSource source) {
    return take(source, Damage.LEFT_OUT);
  }

  /** Takes the configuration as it is now, all of it or nothing. */
  public Reload reload(ConfigSource source) {
    return take(source, Damage.REFUSES);
  }

  private synchronized Reload take(ConfigSource source, Damage damage) {
    try {
      NodeConfig config = source.read();
      ServingSnapshot after = swap(builder.build(config, damage, current, clock.wallMillis()));
      taken = config;
      return new Reload.Swapped(after);
    } catch (InvalidDocument e) {
      return refused(e.findings());
    } catch (IOException e) {
      return refused(
          List.of(
              Finding.of(
                  Place.of("configuration"), "", "unreadable: " + e.getMessage(), "readable")));
    }
  }

  /**
   * Takes a model out of service, or puts it back, under the configuration that was taken last.
   * What is out stays out through reloads.
   *
   * @return false when no such model is configured
   */
  public synchronized boolean serve(String model, boolean inService) throws IOException {
    Deployment deployment = inService ? out.get(model) : current.deployment(model);
    NodeConfig config = taken;
    if (deployment == null || config == null) {
      return (inService ? current.deployment(model) : out.get(model)) != null;
    }
    if (inService) {
      out.remove(model);
    } else {
      out.put(model, deployment);
    }
    try {
      swap(builder.build(config, Damage.LEFT_OUT, current, clock.wallMillis()));
    } catch (InvalidDocument | IOException e) {
      if (inService) {
        out.put(model, deployment);
      } else {
        out.remove(model);
      }
      throw e;
    }
    return true;
  }

  /** Deployments that are configured and out of service, by model name. Any thread. */
  public Map<String, Deployment> outOfService() {
    return outOfService;
  }

  /** Makes all of it current but what is out of service, and tells the listeners. */
  private ServingSnapshot swap(ServingSnapshot all) {
    ServingSnapshot before = current;
    Map<String, Deployment> in = new LinkedHashMap<>(all.deployments());
    out.keySet().retainAll(in.keySet());
    out.replaceAll((model, _) -> in.remove(model));
    ServingSnapshot after =
        new ServingSnapshot(
            all.number(), Map.copyOf(in), all.refused(), all.limits(), all.builtAtWallMillis());
    outOfService = Map.copyOf(out);
    after.refused().forEach((model, why) -> LOG.error("left out: {}", why.problem().message()));
    current = after;
    keep(after);
    tell(SnapshotListener.Change.between(before, after));
    return after;
  }

  /** A snapshot that was current not long ago, for a receipt; null when it was forgotten. */
  public synchronized @Nullable ServingSnapshot find(long number) {
    for (ServingSnapshot snapshot : live) {
      if (snapshot.number() == number) {
        return snapshot;
      }
    }
    return null;
  }

  private Reload refused(List<Finding> findings) {
    LOG.warn(
        "configuration refused, snapshot {} stays: {} findings, first: {}",
        current.number(),
        findings.size(),
        findings.getFirst());
    return new Reload.Refused(findings);
  }

  private void keep(ServingSnapshot snapshot) {
    live.addLast(snapshot);
    while (live.size() > MOST_LIVE) {
      live.removeFirst();
    }
  }

  private void tell(SnapshotListener.Change change) {
    for (SnapshotListener listener : listeners) {
      try {
        listener.changed(change);
      } catch (RuntimeException e) {
        // The swap is done, and the others must hear of it.
        LOG.error("a listener failed at snapshot {}", change.after().number(), e);
      }
    }
  }
}
