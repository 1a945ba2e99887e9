package dev.millrace.ingress.testing;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Remembers what Netty finds to have been thrown away unreleased. The tests of this module run with
 * it, by name, and with every buffer watched.
 */
public final class Leaks<T> extends ResourceLeakDetector<T> {

  private static final List<String> FOUND = new CopyOnWriteArrayList<>();

  public Leaks(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
  }

  /** Whether anything is watched: not so when a test is started without the module's arguments. */
  public static boolean areWatched() {
    return ResourceLeakDetector.getLevel() == Level.PARANOID;
  }

  public static List<String> found() {
    return List.copyOf(FOUND);
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    FOUND.add(resourceType + records);
    super.reportTracedLeak(resourceType, records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    FOUND.add(resourceType);
    super.reportUntracedLeak(resourceType);
  }
}
