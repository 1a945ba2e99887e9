package dev.millrace.runtime.remote;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the keys of other servers come from. Called while a deployment is loaded; may wait. */
@FunctionalInterface
public interface KeySource {

  /**
   * @param reference such as {@code env:NAME} or {@code secret:NAME}
   * @return null when there is none
   */
  @Nullable String key(String reference) throws IOException;
}
