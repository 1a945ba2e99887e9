package dev.millrace.server.node;

import dev.millrace.control.secrets.SecretStore;
import dev.millrace.runtime.remote.KeySource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Keys of other servers: from the node's environment, or from its sealed secrets. */
final class UpstreamSecrets implements KeySource {

  private static final String ENVIRONMENT = "env:";
  private static final String SECRET = "secret:";

  private final SecretStore store;

  UpstreamSecrets(Path data) {
    store = new SecretStore(data.resolve("secrets"), new SecureRandom());
  }

  @Override
  public @Nullable String key(String reference) throws IOException {
    if (reference.startsWith(ENVIRONMENT)) {
      return System.getenv(reference.substring(ENVIRONMENT.length()));
    }
    if (reference.startsWith(SECRET)) {
      return store.get(reference.substring(SECRET.length()));
    }
    return null;
  }
}
